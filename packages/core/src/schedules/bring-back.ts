// Sees to it that every tick without an end is brought to some engine, even if the queue has lost its job.
// Not here: what an engine does with a tick that is brought (runner.ts).
import { gather } from "../gather.ts";
import type { NewJob, Queue } from "../ports/queue.ts";
import type { KnownTick, TickLedger } from "./ledger.ts";
import { tickJob, tickJobs } from "./tick-jobs.ts";

export interface BringBackOptions {
  readonly queue: Pick<Queue, "add" | "has">;
  readonly topic: string;
  readonly ledger: Pick<TickLedger, "change">;
}

/**
 * Brings back open ticks. At a start after a crash they are many, of many schedules: what comes at one time is seen to
 * together, in few jobs, and each job that brought some of them is asked for once.
 */
export function createBringBack({
  queue,
  topic,
  ledger,
}: BringBackOptions): (open: readonly KnownTick[]) => Promise<void> {
  /** Of a tick that has begun; undefined where its job is still there, or somebody else has changed it. */
  async function jobFor(known: KnownTick, has: (job: string) => Promise<boolean>): Promise<NewJob | undefined> {
    const { record } = known;
    const job = tickJob({ ...record, dueAt: record.plannedAt });
    if (record.job === job.id) return job;
    // Only the job that began it may begin it again: it goes on, or another one takes its place.
    if (record.job !== undefined && (await has(record.job))) return undefined;
    return (await ledger.change(known, { job: job.id })) === undefined ? undefined : job;
  }

  return gather(async (calls: readonly (readonly KnownTick[])[]) => {
    const open = calls.flat();
    const has = remembering((job: string) => queue.has(topic, job));
    const begun = await Promise.all(open.filter(isBegun).map((known) => jobFor(known, has)));
    const others = open.filter((known) => !isBegun(known)).map(({ record }) => record);
    const dueAt = Math.min(...others.map(({ plannedAt }) => plannedAt));
    const jobs = [...begun.filter((job) => job !== undefined), ...tickJobs(others.map((tick) => ({ ...tick, dueAt })))];
    if (jobs.length > 0) await queue.add(topic, jobs);
    return calls.map(() => undefined);
  });
}

/** Whether it runs, or was cut off: only one job may begin it again. Of one with parked messages there is nothing to begin. */
function isBegun({ record }: KnownTick): boolean {
  return record.outcome === "running" && record.parkedSince === undefined;
}

function remembering(ask: (job: string) => Promise<boolean>): (job: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (job) => {
    const answer = answers.get(job) ?? ask(job);
    answers.set(job, answer);
    return answer;
  };
}
