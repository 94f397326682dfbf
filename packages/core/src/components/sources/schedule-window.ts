import type { Plan } from "../../schedules/contracts.ts";
import { firstAt } from "./schedule-zone.ts";

// Which times of a plan count: none before its start, after its end, or on days that are left out.

/** A stretch of time; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PlanWindow {
  /** Inclusive; undefined for a plan without a beginning. */
  readonly start: number | undefined;
  /** Inclusive. */
  readonly end: number | undefined;
  readonly except: readonly Span[];
}

const dayMs = 86_400_000;
const days = /^(\d{4}-\d\d-\d\d)(?:\/(\d{4}-\d\d-\d\d))?$/;

/** `2026-12-25`, or `2026-12-24/2027-01-02` with both days, as they begin and end in the zone; undefined for other texts. */
export function parseDays(text: string, zone: string): Span | undefined {
  const [, first = "", last = first] = days.exec(text) ?? [];
  const [from, to] = [dayOf(first), dayOf(last)];
  if (from === undefined || to === undefined || to < from) return undefined;
  return { from: firstAt(zone, from), to: firstAt(zone, to + dayMs) };
}

function dayOf(text: string): number | undefined {
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date takes the 31st of February for the 3rd of March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time;
}

/** Whether a planned time counts. */
export function isWithin({ start = -Infinity, end = Infinity, except }: PlanWindow, at: number): boolean {
  return at >= start && at <= end && !except.some(({ from, to }) => at >= from && at < to);
}

/** The plan within a window, in the same words and then `words`. */
export function windowed(plan: Plan, window: PlanWindow, words: string): Plan {
  const { start = -Infinity, end = Infinity, except } = window;
  return {
    description: `${plan.description}${words}`,
    next(after) {
      let at = plan.next(Math.max(after, start - 1));
      while (at !== undefined && at <= end) {
        const time = at;
        const span = except.find(({ from, to }) => time >= from && time < to);
        if (span === undefined) return at;
        // To the end of the span at once: a plan may have a million times in it.
        at = plan.next(span.to - 1);
      }
      return undefined;
    },
  };
}
