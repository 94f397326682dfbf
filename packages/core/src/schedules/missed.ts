import type { Plan } from "./contracts.ts";

/** Planned times in a span nobody acted on. */
export interface Missed {
  /** The oldest of them, each to be recorded. */
  readonly listed: readonly number[];
  /** What follows the listed ones, summed up: recorded at its first planned time. */
  readonly rest?: {
    readonly first: number;
    /** How many, `first` included; `isMore` when counting stopped there. */
    readonly count: number;
    readonly isMore: boolean;
  };
}

export interface MissedSpan {
  readonly plan: Plan;
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly until: number;
  /** How many are listed one by one; default 1,000. */
  readonly listLimit?: number;
  /** How many more are counted; default 10,000. Both bound the time this takes for a long absence. */
  readonly countLimit?: number;
}

/** The planned times in (after, until]. */
export function findMissed(span: MissedSpan): Missed {
  const { plan, after, until, listLimit = 1_000, countLimit = 10_000 } = span;
  const listed: number[] = [];
  let first: number | undefined;
  let count = 0;
  let at = plan.next(after);
  while (at !== undefined && at <= until && count < countLimit) {
    if (listed.length < listLimit) listed.push(at);
    else {
      first ??= at;
      count += 1;
    }
    at = plan.next(at);
  }
  if (first === undefined) return { listed };
  return { listed, rest: { first, count, isMore: at !== undefined && at <= until } };
}

/** How late what is due may start, and how much later than planned each time is due; default: when planned. */
export interface Lateness {
  readonly lateMs: number;
  readonly delayOf?: ((plannedAt: number) => number) | undefined;
  /** No delay is longer than this. */
  readonly longestDelayMs?: number | undefined;
}

/** What a planner does about a schedule whose queued time has come. */
export interface Advance {
  /** Times to queue, soonest first: those just passed within the threshold, and the next one. */
  readonly queue: readonly number[];
  /** Times that passed unqueued beyond the threshold: this engine stood still, or the clock was set forward. */
  readonly missed: Missed;
  /** The next planned time, undefined when the plan has ended. */
  readonly next: number | undefined;
}

/** Moves a schedule on from the time it has queued to the one after `now`. */
export function advance(plan: Plan, from: Lateness & { queued: number; now: number }): Advance {
  const { queued, now, lateMs, delayOf = () => 0, longestDelayMs = 0 } = from;
  const isOver = (at: number): boolean => at + delayOf(at) < now - lateMs;
  const missed = findMissed({ plan: only(plan, isOver, now), after: queued, until: now });
  const queue: number[] = [];
  let at = plan.next(Math.max(queued, now - lateMs - longestDelayMs - 1));
  while (at !== undefined && at <= now) {
    if (!isOver(at)) queue.push(at);
    at = plan.next(at);
  }
  if (at !== undefined) queue.push(at);
  return { queue, missed, next: at };
}

/** Of the plan's times up to `until`, those for which `isMeant` holds; all of the later ones. */
export function only(plan: Plan, isMeant: (at: number) => boolean, until: number): Plan {
  return {
    description: plan.description,
    next(after) {
      let at = plan.next(after);
      while (at !== undefined && at <= until && !isMeant(at)) at = plan.next(at);
      return at;
    },
  };
}

/** Whether a time is one of the plan's. */
export function isPlanned(plan: Plan, time: number): boolean {
  return plan.next(time - 1) === time;
}
