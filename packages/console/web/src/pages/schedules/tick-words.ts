import type { TickRecord } from "@signalbox/core/control-types";
import type { Level } from "../../live/level.ts";

/** What became of a tick, in words. */
export function tickWords({ timing, outcome, parkedSince }: TickRecord): {
  readonly level: Level;
  readonly text: string;
} {
  if (outcome === "failed") return { level: "bad", text: "failed" };
  if (outcome === "running") {
    return parkedSince === undefined
      ? { level: "info", text: "running" }
      : { level: "warn", text: "parked messages left" };
  }
  if (outcome === "waiting") return { level: "info", text: "waiting" };
  if (timing === "missed") return { level: "bad", text: "missed" };
  if (timing === "skipped") return { level: "idle", text: "skipped" };
  if (timing === "late") return { level: "warn", text: "ran late" };
  if (timing === "caught-up") return { level: "ok", text: "caught up" };
  return { level: "ok", text: "ran on time" };
}
