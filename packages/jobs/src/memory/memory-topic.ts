import type { Clock, Job, JobHandler, Logger, NewJob, QueueWorker, Timer } from "@signalbox/core";
import { toJson } from "../json.ts";
import { logFailure, retryAt } from "../queue/failures.ts";

// The jobs of one topic in this process's memory, and who works on them. Not here: anything that survives the process, or
// another process to share the work with.

interface HeldJob {
  json: string;
  runAt: number;
  starts: number;
  failures: number;
  isRunning: boolean;
  /** The start asked for while it runs. */
  again?: { json: string; runAt: number };
}

interface Worker {
  readonly concurrency: number;
  readonly handle: JobHandler;
  readonly abort: AbortController;
  readonly running: Set<Promise<void>>;
  isClosed: boolean;
}

export class MemoryTopic {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #jobs = new Map<string, HeldJob>();
  readonly #workers = new Set<Worker>();
  #timer: Timer | undefined;

  constructor(name: string, clock: Clock, log: Logger) {
    this.#name = name;
    this.#clock = clock;
    this.#log = log;
  }

  add(jobs: readonly NewJob[]): void {
    for (const job of jobs) this.#addOne(job);
    this.#pump();
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  remove(id: string): boolean {
    return this.#jobs.get(id)?.isRunning === false && this.#jobs.delete(id);
  }

  counts(): { waiting: number; running: number } {
    const all = [...this.#jobs.values()];
    const running = all.filter(({ isRunning }) => isRunning).length;
    return { waiting: all.length - running, running };
  }

  work(concurrency: number, handle: JobHandler): QueueWorker {
    const worker: Worker = { concurrency, handle, abort: new AbortController(), running: new Set(), isClosed: false };
    this.#workers.add(worker);
    this.#pump();
    return { close: () => this.#stop(worker) };
  }

  /** Aborts what runs and waits for it. The jobs stay. */
  async close(): Promise<void> {
    const workers = [...this.#workers];
    for (const worker of workers) worker.isClosed = true;
    for (const worker of workers) worker.abort.abort();
    await Promise.all(workers.map((worker) => this.#stop(worker)));
    this.#timer?.cancel();
  }

  #addOne({ id, data, runAt = this.#clock.now() }: NewJob): void {
    const json = toJson(data);
    const held = this.#jobs.get(id);
    if (held === undefined) this.#jobs.set(id, { json, runAt, starts: 0, failures: 0, isRunning: false });
    else if (!held.isRunning) held.runAt = Math.min(held.runAt, runAt);
    else held.again = { json: held.again?.json ?? json, runAt: Math.min(held.again?.runAt ?? runAt, runAt) };
  }

  /** Starts what is due and has a free worker, then arms the timer for what is due next. */
  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (let next = this.#soonest(); next !== undefined; next = this.#soonest()) {
      const worker = next[1].runAt > this.#clock.now() ? undefined : this.#nextFree();
      if (worker === undefined) break;
      this.#start(worker, next);
    }
    const next = [...this.#workers].some(hasRoom) ? this.#soonest() : undefined;
    if (next === undefined) return;
    this.#timer = this.#clock.setTimer(() => this.#pump(), next[1].runAt - this.#clock.now());
  }

  /** Workers take turns. */
  #nextFree(): Worker | undefined {
    const worker = [...this.#workers].find(hasRoom);
    if (worker !== undefined && this.#workers.delete(worker)) this.#workers.add(worker);
    return worker;
  }

  /** The waiting job with the earliest time; of several, the one that waits longest. */
  #soonest(): [string, HeldJob] | undefined {
    let found: [string, HeldJob] | undefined;
    for (const entry of this.#jobs) {
      if (!entry[1].isRunning && (found === undefined || entry[1].runAt < found[1].runAt)) found = entry;
    }
    return found;
  }

  #start(worker: Worker, [id, held]: [string, HeldJob]): void {
    held.isRunning = true;
    held.starts += 1;
    const job: Job = { id, data: JSON.parse(held.json) as unknown, start: held.starts };
    const run = this.#run(worker, job, held).finally(() => {
      worker.running.delete(run);
      this.#pump();
    });
    worker.running.add(run);
  }

  async #run(worker: Worker, job: Job, held: HeldJob): Promise<void> {
    // A start is never part of the call that added the job.
    await Promise.resolve();
    let runAgainAt: number | undefined;
    try {
      runAgainAt = (await worker.handle(job, worker.abort.signal))?.runAgainAt;
      held.failures = 0;
    } catch (cause) {
      // Told to stop and gave up: that is no failure.
      runAgainAt = worker.abort.signal.aborted ? this.#clock.now() : this.#fail(job, held, cause);
    }
    this.#settle(job.id, runAgainAt);
  }

  #fail(job: Job, held: HeldJob, cause: unknown): number {
    held.failures += 1;
    const runAt = retryAt(this.#clock.now(), held.failures, 1);
    logFailure(this.#log, job, { topic: this.#name, cause, delayMs: runAt - this.#clock.now() });
    return runAt;
  }

  #settle(id: string, runAgainAt: number | undefined): void {
    const held = this.#jobs.get(id);
    if (held === undefined) return;
    const { again } = held;
    delete held.again;
    // Whatever waits goes to the end of the line, so that jobs due at one time take turns.
    this.#jobs.delete(id);
    held.isRunning = false;
    if (runAgainAt !== undefined) {
      this.#jobs.set(id, { ...held, runAt: Math.min(runAgainAt, again?.runAt ?? runAgainAt) });
    } else if (again !== undefined) {
      this.#jobs.set(id, { ...held, ...again });
    }
  }

  async #stop(worker: Worker): Promise<void> {
    worker.isClosed = true;
    await Promise.all(worker.running);
    this.#workers.delete(worker);
  }
}

function hasRoom({ isClosed, running, concurrency }: Worker): boolean {
  return !isClosed && running.size < concurrency;
}
