import type { Plan } from "../../schedules/contracts.ts";

const spanMs = 30 * 86_400_000;

/** Planned times by a plan's words, span of time by span of time: seeds of one process meet the same words again. */
const notes = new Map<string, Map<number, readonly number[]>>();

/**
 * A plan without end whose answers are noted. Looking for a cron's next time is most of what a simulated tick would cost,
 * and each is asked for by every engine, at every start. Nothing is worked out here: the times are the plan's own.
 */
export function notedPlan(plan: Plan): Plan {
  const { description } = plan;
  const noted = notes.get(description) ?? new Map<number, readonly number[]>();
  notes.set(description, noted);
  return {
    description,
    next(after) {
      for (let span = Math.floor(after / spanMs); ; span += 1) {
        const times = noted.get(span) ?? timesIn(plan, span);
        noted.set(span, times);
        const next = times[firstBehind(times, after)];
        if (next !== undefined) return next;
      }
    },
  };
}

function timesIn(plan: Plan, span: number): readonly number[] {
  const times: number[] = [];
  const end = (span + 1) * spanMs;
  for (let at = plan.next(span * spanMs - 1); at !== undefined && at < end; at = plan.next(at)) times.push(at);
  return times;
}

/** The place of the first time after `after`. */
function firstBehind(times: readonly number[], after: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
