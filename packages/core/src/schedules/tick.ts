import type { Tick, TickRecord, TickTiming } from "./contracts.ts";

/** Identity of a planned time: `<pipeline>@<planned time in ISO 8601>`. */
export function tickOf(pipeline: string, plannedAt: number): Tick {
  return { id: `${pipeline}@${new Date(plannedAt).toISOString()}`, pipeline, plannedAt };
}

/** What is known when a tick's job starts. */
export interface TickStart {
  readonly plannedAt: number;
  readonly now: number;
  readonly lateMs: number;
  /** When this engine registered the schedule. */
  readonly registeredAt: number;
  /** What the ledger says about the tick. */
  readonly record: TickRecord | undefined;
}

/** fire: run it, with this timing. miss: record it as missed. skip: the ledger has its end already. */
export type TickDecision =
  { readonly action: "fire"; readonly timing: TickTiming } | { readonly action: "miss" } | { readonly action: "skip" };

/**
 * What becomes of a tick whose job starts now. A job in hand proves that a living engine planned the tick. So within the
 * threshold it runs, even if an engine that just started took it for missed. Beyond it, it runs late only where this
 * engine was there at its time: a job that outlived a stop of all engines must not fire because one was deployed.
 */
export function decideTick({ plannedAt, now, lateMs, registeredAt, record }: TickStart): TickDecision {
  if (record?.outcome === "running") return { action: "fire", timing: record.timing };
  if (record !== undefined && record.outcome !== "none") return { action: "skip" };
  if (now - plannedAt <= lateMs) return { action: "fire", timing: "on-time" };
  if (record !== undefined) return { action: "skip" };
  return plannedAt <= registeredAt ? { action: "miss" } : { action: "fire", timing: "late" };
}

/** How long a job waits for an engine that knows its pipeline. */
const unclaimedMs = 60_000;

/**
 * When a tick whose pipeline nobody registered here is looked at again: soon at first, so that another engine that has
 * it is hardly late, then less often. Undefined once it waited long enough: the schedule is gone.
 */
export function nextClaim(plannedAt: number, workingSince: number, now: number): number | undefined {
  const waitedMs = Math.max(0, now - Math.max(plannedAt, workingSince));
  if (waitedMs >= unclaimedMs) return undefined;
  return now + Math.min(5_000, Math.max(250, Math.round(waitedMs / 2)));
}
