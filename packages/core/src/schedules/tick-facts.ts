// What is said of ticks, in the ledger and in the log.
import type { Tick, TickRecord } from "./contracts.ts";
import type { KnownTick, TickFacts } from "./ledger.ts";

/** Of a tick that has not begun. */
export const unbegun = { startedAt: undefined, endedAt: undefined } as const;

/** The end of a tick by what became of its messages. */
export function endOf(deadLettered: number): Partial<TickFacts> {
  if (deadLettered === 0) return { outcome: "succeeded" };
  return { outcome: "failed", detail: `${deadLettered} of its messages became dead letters` };
}

/** Why it had not run is of no interest once it runs. */
export function unexplained({ record: { detail: _over, ...record }, version }: KnownTick): KnownTick {
  return { record, version };
}

/** What is said of a tick whose run before this one has no end. */
export function cutOff(record: TickRecord | undefined): { detail?: string } {
  if (record?.outcome !== "running" || record.startedAt === undefined) return {};
  const began = new Date(record.startedAt).toISOString();
  return { detail: `Run again: its run of ${began} on ${record.engine ?? "another engine"} was cut off.` };
}

/** A tick in a line of the log. */
export function about(tick: Tick): { pipeline: string; tick: string } {
  return { pipeline: tick.pipeline, tick: tick.id };
}
