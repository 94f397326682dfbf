import type { Shown } from "@signalbox/core/control-types";
import type { Level } from "../../live/level.ts";

/** What a stage made of a message, in words. */
export const outcomes: Readonly<Record<Shown["outcome"], { readonly level: Level; readonly text: string }>> = {
  came: { level: "info", text: "came in" },
  passed: { level: "ok", text: "passed" },
  changed: { level: "ok", text: "changed" },
  split: { level: "ok", text: "split" },
  skipped: { level: "idle", text: "not meant" },
  discarded: { level: "idle", text: "discarded" },
  failed: { level: "bad", text: "failed" },
  remembered: { level: "ok", text: "passed" },
  due: { level: "ok", text: "due" },
  "not-due": { level: "idle", text: "not due" },
  "not-reached": { level: "idle", text: "not reached" },
  delivered: { level: "ok", text: "delivered" },
  tried: { level: "warn", text: "waits" },
  parked: { level: "warn", text: "parked" },
  dead: { level: "bad", text: "dead letter" },
};
