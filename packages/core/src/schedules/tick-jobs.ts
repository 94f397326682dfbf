import type { NewJob } from "../ports/queue.ts";
import type { Tick } from "./contracts.ts";
import type { DueTick } from "./planner.ts";
import { askedTick, tickOf } from "./tick.ts";

/** The job that brings a tick to an engine when it is due. */
export function tickJob({ id, pipeline, plannedAt, dueAt, by }: DueTick): NewJob {
  return { id, data: { pipeline, plannedAt, ...(by !== undefined && { isAsked: true }) }, runAt: dueAt };
}

/** The tick of a job; undefined for a job that is none. */
export function parseTick(data: unknown): Tick | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { pipeline, plannedAt, isAsked } = data as Record<string, unknown>;
  if (typeof pipeline !== "string" || typeof plannedAt !== "number" || !Number.isSafeInteger(plannedAt))
    return undefined;
  return isAsked === true ? askedTick(pipeline, plannedAt) : tickOf(pipeline, plannedAt);
}
