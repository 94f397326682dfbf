// Accounts for the planned times nobody acted on: at a registration for those since the plan was last looked after, and
// after a stand-still. Not here: what becomes of them (settle-past.ts).
import type { Logger } from "../log.ts";
import type { Retention } from "../retention.ts";
import type { Schedule } from "./contracts.ts";
import type { TickLedger } from "./ledger.ts";
import { findMissed } from "./missed.ts";
import type { Pauses } from "./pauses.ts";
import type { DueTick } from "./planner.ts";
import type { Timed } from "./registered.ts";
import { revisionOf, type ScheduleRows } from "./schedule-rows.ts";
import { type Absence, settlePast } from "./settle-past.ts";

const noEngine = "No engine was there at the planned time.";
const stoodStill = "The engine stood still at the planned time, or its clock was set forward.";
const wentAway = "The store was away at the planned time, and the schedule was changed or removed before it was back.";
/** Ticks that a person asked for stand between the planned ones. */
const lookedThrough = 5;

export interface AccountsOptions {
  readonly ledger: TickLedger;
  readonly rows: ScheduleRows;
  readonly pauses: Pauses;
  readonly retention: Retention;
  readonly log: Logger;
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
}

/** Planned times in (after, until] that were not queued when their schedule was closed, because the store was away. */
export interface LeftUndone {
  readonly schedule: Pick<Schedule, "pipeline" | "plan">;
  readonly after: number;
  readonly until: number;
}

export interface Accounts {
  /**
   * Accounts for the times a schedule's plan passed unattended, if it is still the same plan. Answers after which time
   * the schedule goes on, and after which its planned times are this plan's to answer for. What another plan of this name
   * `left` undone is recorded as missed.
   */
  begin(schedule: Timed, now: number, left?: LeftUndone): Promise<{ begin: number; answersAfter: number }>;
  /** Accounts for times that passed while this engine was there and did not act. What is not late yet, others queue. */
  standStill(schedule: Timed, span: { after: number; until: number }): Promise<void>;
  /** Records as missed what a schedule that is gone had left undone. */
  leave(left: LeftUndone): Promise<void>;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { ledger, rows, pauses, retention, log } = options;

  async function settle(schedule: Timed, absence: Omit<Absence, "schedule" | "isPaused">): Promise<void> {
    const isPaused = schedule.catchUp !== undefined && (await pauses.of(schedule.pipeline)) !== undefined;
    await settlePast({ schedule, isPaused, ...absence }, options);
  }

  async function lastPlanned(pipeline: string): Promise<number> {
    const latest = await ledger.history(pipeline, lookedThrough);
    return latest.find(({ by }) => by === undefined)?.plannedAt ?? 0;
  }

  async function leave({ schedule: { pipeline, plan }, after, until }: LeftUndone): Promise<void> {
    const missed = findMissed({ plan, after, until });
    await ledger.miss(pipeline, missed, { detail: wentAway });
    const count = missed.listed.length + (missed.rest?.count ?? 0);
    log.warn({ pipeline, ticks: count, cause: wentAway }, "Planned ticks were missed.");
  }

  return {
    async begin(schedule, now, left) {
      const { pipeline, plan } = schedule;
      const revision = revisionOf(schedule);
      const row = await rows.get(pipeline);
      const accounted = row?.plan === revision && row.retiredAt === undefined ? row.accountedUntil : undefined;
      if (left !== undefined && accounted === undefined) await leave(left);
      // No time has passed: so it is with most schedules when an engine starts again, and they are many.
      const isCurrent = accounted === undefined ? row === undefined : (plan.next(accounted) ?? Infinity) > now;
      const last = isCurrent ? 0 : await lastPlanned(pipeline);
      if (accounted !== undefined && !isCurrent) {
        const after = Math.max(accounted, last, now - retention.ageMs);
        await settle(schedule, { after, now, graceMs: 0, why: noEngine });
      }
      await rows.account(pipeline, revision, now);
      return { begin: Math.max(now, last), answersAfter: accounted ?? now };
    },
    standStill: (schedule, { after, until }) =>
      settle(schedule, { after, now: until, graceMs: schedule.lateMs + 1, why: stoodStill }),
    leave,
  };
}
