// The ticks of one job: each runs for itself, and what has no end yet is looked at again.
// Not here: what becomes of a tick (runner.ts), or which engine has its schedule (schedules.ts).
import type { Job } from "../ports/queue.ts";
import type { Tick } from "./contracts.ts";
import type { DueTick } from "./planner.ts";
import { parseTicks } from "./tick-jobs.ts";

/**
 * What is left of a tick after a look at it: nothing; or it is to be looked at again, by this very job where `isOwn`: of a
 * tick that runs, only the job that began it may begin it once more.
 */
export type Again = void | { readonly runAgainAt: number; readonly isOwn?: boolean };

export interface TickBatchOptions {
  /** Looks at one tick, for a job. */
  readonly run: (tick: Tick, job: string) => Promise<Again>;
  /** Puts ticks into the queue. */
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
}

/** Undefined for a job that holds no ticks; else what the queue is to do with it. Rejects once all ticks had their turn. */
export function runTicks(job: Job, options: TickBatchOptions): Promise<void | { runAgainAt: number }> | undefined {
  const ticks = parseTicks(job.data);
  return ticks === undefined ? undefined : runAll(ticks, job.id, options);
}

async function runAll(
  ticks: readonly Tick[],
  job: string,
  { run, enqueue }: TickBatchOptions,
): Promise<void | { runAgainAt: number }> {
  const looks = await Promise.allSettled(ticks.map((tick) => run(tick, job)));
  const left = ticks.flatMap((tick, index) => {
    const look = looks[index];
    return look?.status === "fulfilled" && look.value ? [{ tick, again: look.value }] : [];
  });
  const stays = left.filter(({ again }) => ticks.length === 1 || again.isOwn === true);
  // What another job may look at gets one of its own, so that this one can end.
  const goes = left.filter((each) => !stays.includes(each));
  if (goes.length > 0) await enqueue(goes.map(({ tick, again }) => ({ ...tick, dueAt: again.runAgainAt })));
  const failed = looks.find((look) => look.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  if (stays.length > 0) return { runAgainAt: Math.min(...stays.map(({ again }) => again.runAgainAt)) };
}
