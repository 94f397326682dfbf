import type { CatchUp, Plan } from "./contracts.ts";
import { findMissed, type Missed } from "./missed.ts";

/** Past planned times: those to be run afterwards, and those that are missed for good. */
export interface Past {
  readonly caughtUp: readonly number[];
  readonly missed: Missed;
}

export interface PastSpan {
  readonly plan: Plan;
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly until: number;
  readonly now: number;
  readonly catchUp: CatchUp | undefined;
}

/** No more are run afterwards, whatever an author says: they would hold up what is due. */
export const mostCaughtUp = 1_000;

const shortestWindowMs = 60_000;

/** Divides the planned times in (after, until]: the latest ones within the window are run afterwards, all before them are missed. */
export function dividePast({ plan, after, until, now, catchUp }: PastSpan): Past {
  const caughtUp = catchUp === undefined ? [] : latest({ plan, after, until, now, catchUp });
  const [first = until + 1] = caughtUp;
  return { caughtUp, missed: findMissed({ plan, after, until: first - 1 }) };
}

// Looks back a little, then further: a plan cannot be asked for the time before, and a long absence has many times.
function latest({ plan, after, until, now, catchUp }: PastSpan & { catchUp: CatchUp }): readonly number[] {
  const { withinMs, last } = catchUp;
  const count = Math.min(last, mostCaughtUp);
  for (let windowMs = shortestWindowMs; ; windowMs *= 4) {
    const from = Math.max(after, now - Math.min(windowMs, withinMs) - 1);
    const found = timesBetween(plan, from, until);
    if (found.length >= count || windowMs >= withinMs || from === after) return found.slice(-count);
  }
}

/** The planned times in (after, until]. */
function timesBetween(plan: Plan, after: number, until: number): readonly number[] {
  const found: number[] = [];
  for (let at = plan.next(after); at !== undefined && at <= until; at = plan.next(at)) found.push(at);
  return found;
}
