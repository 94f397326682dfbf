import type { StepItem } from "../../config/model.ts";

/** What a step did with a message, for whoever counts it or tells of it. */
export type StepEnd = "passed" | "split" | "discarded" | "failed";

/**
 * When a step had a message, on the monotonic clock: what must be noted of every message, so that spans can be made of the
 * one in a thousand that fails.
 */
export interface Mark {
  readonly item: StepItem;
  readonly end: StepEnd;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A message may be split into thousands: so many marks are kept of one. */
export const mostMarks = 64;
