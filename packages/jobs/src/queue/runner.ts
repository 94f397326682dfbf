import { randomUUID } from "node:crypto";
import { type Clock, type Job, type JobHandler, type Logger, messageOf, sleep } from "@signalbox/core";
import type { Job as BullJob } from "bullmq";
import type { BullWorker, QueueAdapter } from "./adapter.ts";
import { dedupId, parseRoundName, type Round, unpackData } from "./envelope.ts";
import { logFailure, retryAt } from "./failures.ts";
import { createFence, type Fence } from "./fence.ts";

// Runs the jobs of one topic in this process. Not here: how a job is stored (envelope.ts), when its lock counts as lost
// (fence.ts).

/** How long a job is locked; renewed twice in that time. The work of a process that died is taken up soon after it. */
export const lockMs = 5_000;
/** How long a store that is away may hold up closing, once all handlers have ended. */
const closeGraceMs = 3_000;
const readyTimeoutMs = 10_000;

export interface RunnerOptions {
  readonly adapter: QueueAdapter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly topic: string;
  readonly concurrency: number;
  readonly handle: JobHandler;
}

export interface Runner {
  /** Aborts the signals of the running handlers. */
  abort(): void;
  /** Takes no more jobs and waits for the running ones. Idempotent. */
  close(): Promise<void>;
}

/** Starts to work; resolves once the worker is connected. */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const { adapter, clock, topic, concurrency } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const fence = createFence(clock, lockMs);

  const process = (job: BullJob<string>): Promise<void> => {
    const run = runRound(options, { job, fence, stopping: stopping.signal }).finally(() => running.delete(run));
    running.add(run);
    return run;
  };
  const worker = adapter.worker(topic, process, {
    concurrency,
    lockDuration: lockMs,
    // A crash is no fault of the job: it is taken up however often that happens.
    maxStalledCount: 1e9,
    ...adapter.pace,
    runRetryDelay: 1_000,
  });
  listen(worker, options, fence);

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = worker.close().catch(() => undefined);
    const patience = (async () => {
      while (running.size > 0) await Promise.allSettled(running);
      await sleep(clock, closeGraceMs);
    })();
    await Promise.race([closed, patience]);
    fence.close();
  }

  const ready = await Promise.race([
    worker.waitUntilReady().then(() => true),
    sleep(clock, readyTimeoutMs).then(() => false),
  ]);
  if (!ready) {
    await close();
    throw new Error(`the worker of ${topic} was not connected after ${readyTimeoutMs / 1_000} s`);
  }
  return { abort: () => stopping.abort(), close: () => (closing ??= close()) };
}

function listen(worker: BullWorker, { adapter, log, topic }: RunnerOptions, fence: Fence): void {
  worker.on("locksRenewed", ({ jobIds }) => fence.renewed(jobIds));
  worker.on("lockRenewalFailed", (jobIds) => fence.lost(jobIds));
  worker.on("stalled", () => log.info({ topic }, "A job left by a process that died is taken up."));
  worker.on("error", (error) => {
    if (!isLostJob(error) && adapter.noteError(error)) return;
    // This process was too slow, and another has taken the job up.
    log.warn({ topic, cause: messageOf(error) }, "The queue could not settle a job; it may run twice.");
  });
}

/** BullMQ's own complaints about a job carry a negative number; that of its lock renewal only a text. */
function isLostJob(error: Error): boolean {
  return ("code" in error && typeof error.code === "number") || error.message.startsWith("could not renew lock");
}

interface RoundContext {
  readonly job: BullJob<string>;
  readonly fence: Fence;
  readonly stopping: AbortSignal;
}

/** One round. What the job is to do next is stored before BullMQ ends the round, and takes effect in that same transaction. */
async function runRound(options: RunnerOptions, { job: bullJob, fence, stopping }: RoundContext): Promise<void> {
  const { adapter, clock, topic, handle } = options;
  const round = parseRoundName(bullJob.name);
  const bullId = bullJob.id ?? "";
  const starts = round.starts + bullJob.attemptsStarted;
  const { id, data } = unpackData(bullJob.data);
  const keep = (next: Round): Promise<void> => {
    const request = { dedupId: dedupId(id), round: next, data: bullJob.data, nextId: randomUUID() };
    return adapter.keep(topic, clock.now(), bullId, request);
  };

  // A start that was asked for while the job ran, and for later.
  if (round.runAt > clock.now()) return keep({ ...round, starts: starts - 1 });

  const lock = fence.hold(bullId);
  try {
    const signal = AbortSignal.any([lock.signal, stopping]);
    const next = await tryHandle(handle, { id, data, start: starts }, signal);
    // With its lock lost the job may run elsewhere already: asking for one start too many is the lesser harm.
    if ("failure" in next) await retry(options, { id, data, start: starts }, { ...round, keep, signal, ...next });
    else if (next.runAgainAt !== undefined) await keep({ starts, failures: 0, runAt: next.runAgainAt });
  } finally {
    lock.release();
  }
}

type Outcome = { readonly runAgainAt: number | undefined } | { readonly failure: unknown };

async function tryHandle(handle: JobHandler, job: Job, signal: AbortSignal): Promise<Outcome> {
  try {
    const result = await handle(job, signal);
    return { runAgainAt: result?.runAgainAt };
  } catch (failure) {
    return { failure };
  }
}

interface Failing extends Round {
  readonly failure: unknown;
  /** The handler's. */
  readonly signal: AbortSignal;
  readonly keep: (next: Round) => Promise<void>;
}

async function retry({ clock, log, topic }: RunnerOptions, job: Job, failing: Failing): Promise<void> {
  const { keep, failure, signal } = failing;
  // Told to stop and gave up: that is no failure, and whoever works next may start at once.
  if (signal.aborted) return keep({ starts: job.start, failures: failing.failures, runAt: clock.now() });
  const failures = failing.failures + 1;
  const runAt = Math.ceil(retryAt(clock.now(), failures, Math.random()));
  logFailure(log, job, { topic, cause: failure, delayMs: runAt - clock.now() });
  return keep({ starts: job.start, failures, runAt });
}
