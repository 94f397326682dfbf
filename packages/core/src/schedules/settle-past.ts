import type { Logger } from "../log.ts";
import { dividePast } from "./catch-up.ts";
import type { TickLedger } from "./ledger.ts";
import { only } from "./missed.ts";
import { type DueTick, dueTick } from "./planner.ts";
import type { Timed } from "./registered.ts";
import { tickOf } from "./tick.ts";

/** Planned times nobody acted on, and why. */
export interface Absence {
  readonly schedule: Timed;
  /** Exclusive. */
  readonly after: number;
  readonly now: number;
  /** What was due less than this ago is left to others. */
  readonly graceMs: number;
  readonly isPaused: boolean;
  readonly why: string;
}

export interface SettlePastOptions {
  readonly ledger: TickLedger;
  readonly log: Logger;
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
}

/**
 * Accounts for the planned times since `after`: what is not due yet is queued; of the others, what the schedule catches up
 * is recorded as waiting and queued, the rest is recorded as missed. In this order, so that a crash in between leaves the
 * rest to the next start. A paused schedule catches nothing up.
 */
export async function settlePast(absence: Absence, { ledger, log, enqueue }: SettlePastOptions): Promise<void> {
  const { schedule, after, now, graceMs, isPaused, why } = absence;
  const { pipeline, catchUp } = schedule;
  const passed = only(schedule.plan, (at) => dueTick(schedule, at).dueAt <= now - graceMs, now);
  const span = { plan: passed, after, until: now, now, catchUp: isPaused ? undefined : catchUp };
  const { caughtUp, missed } = dividePast(span);
  await enqueue(pendingOf(absence));
  // One that is not late yet runs after all where its job is still in hand: it is no news.
  const mayRun = (at: number): boolean => dueTick(schedule, at).dueAt >= now - schedule.lateMs;
  await ledger.miss(pipeline, missed, { detail: why, mayRun });
  const count = missed.listed.filter((at) => !mayRun(at)).length + (missed.rest?.count ?? 0);
  if (count > 0) log.warn({ pipeline, ticks: count, cause: why }, "Planned ticks were missed.");
  if (caughtUp.length === 0) return;
  await ledger.catchUp(pipeline, caughtUp);
  await enqueue(caughtUp.map((at) => ({ ...tickOf(pipeline, at), dueAt: now })));
  log.warn({ pipeline, ticks: caughtUp.length, cause: why }, "Missed ticks are caught up.");
}

/** Times that have passed, and are due later by the schedule's delay. */
function pendingOf({ schedule, after, now }: Absence): readonly DueTick[] {
  const { longestDelayMs = 0 } = schedule;
  const pending: DueTick[] = [];
  const plan = only(schedule.plan, (at) => dueTick(schedule, at).dueAt > now, now);
  for (let at = plan.next(Math.max(after, now - longestDelayMs)); at !== undefined && at <= now; at = plan.next(at))
    pending.push(dueTick(schedule, at));
  return pending;
}
