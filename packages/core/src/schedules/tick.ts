import { createHash } from "node:crypto";
import type { Delay, Tick, TickRecord, TickTiming } from "./contracts.ts";

/** Identity of a planned time: `<pipeline>@<planned time in ISO 8601>`. */
export function tickOf(pipeline: string, plannedAt: number): Tick {
  return { id: `${pipeline}@${new Date(plannedAt).toISOString()}`, pipeline, plannedAt };
}

/** Identity of a run that a person asked for at `now`. A name holds neither `@` nor `!`: it is never a planned one's. */
export function askedTick(pipeline: string, now: number): Tick {
  return { id: `${pipeline}!${new Date(now).toISOString()}`, pipeline, plannedAt: now };
}

/** True for the tick of a run that a person asked for. */
export function isAsked({ id, pipeline }: Tick): boolean {
  return id[pipeline.length] === "!";
}

/**
 * How much after its planned time a tick is due. The chance of `jitter` is drawn from the tick's id and the offset of
 * `spread` from the pipeline's name: every engine, and every start of one, comes to the same.
 */
export function delayOf(delay: Delay | undefined, { id, pipeline }: Tick): number {
  if (delay === undefined || delay.upToMs < 1) return 0;
  const seed = delay.kind === "jitter" ? id : pipeline;
  const drawn = createHash("sha256").update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(drawn * delay.upToMs);
}

/** What is known when a tick's job starts. */
export interface TickStart {
  /** When the tick was due. */
  readonly dueAt: number;
  readonly now: number;
  readonly lateMs: number;
  /** When this engine registered the schedule. */
  readonly registeredAt: number;
  /** What the ledger says about the tick. */
  readonly record: TickRecord | undefined;
  /** The job that brought it. */
  readonly job: string;
}

/** How long a tick that a person asked for is worth running; nobody expects it later. */
const askedForMs = 60_000;

/**
 * fire: run it, with this timing. leave: it comes too late for whoever asked for it. settle: only parked messages are left of it. miss: record it as missed. skip: the
 * ledger has its end already, or another job runs it.
 */
export type TickDecision =
  { readonly action: "fire"; readonly timing: TickTiming } | { readonly action: "settle" | "miss" | "skip" | "leave" };

/**
 * What becomes of a tick whose job starts now. A job in hand proves that a living engine planned the tick. So within the
 * threshold it runs, even if an engine that just started took it for missed. Beyond it, it runs late only where this
 * engine was there at its time: a job that outlived a stop of all engines must not fire because one was deployed.
 */
export function decideTick({ dueAt, now, lateMs, registeredAt, record, job }: TickStart): TickDecision {
  const timing = now - dueAt <= lateMs ? "on-time" : "late";
  switch (record?.outcome) {
    case "running":
      if (record.parkedSince !== undefined) return { action: "settle" };
      // The queue gives a job to one engine at a time: who began the tick by this very job is gone.
      return record.job === job ? { action: "fire", timing: record.timing } : { action: "skip" };
    case "waiting":
      if (record.by !== undefined && now - dueAt > askedForMs) return { action: "leave" };
      return { action: "fire", timing: record.timing === "caught-up" && timing === "late" ? "caught-up" : timing };
    case "succeeded":
    case "failed":
      return { action: "skip" };
    case "none":
      return record?.timing === "missed" && timing === "on-time" ? { action: "fire", timing } : { action: "skip" };
    case undefined:
      return timing === "late" && dueAt <= registeredAt ? { action: "miss" } : { action: "fire", timing };
  }
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
