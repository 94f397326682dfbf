// How grave a state is: one scale for lamps, badges and order.
import type { LivePipeline, LiveSink } from "@signalbox/core/control-types";

export type Level = "ok" | "warn" | "bad" | "info" | "idle";

const ranks: Readonly<Record<Level, number>> = { bad: 0, warn: 1, info: 2, idle: 3, ok: 4 };

/** Negative when `a` is graver. */
export function byLevel(a: Level, b: Level): number {
  return ranks[a] - ranks[b];
}

/** A pipeline's level, and why in a few words. */
export interface Judged {
  readonly level: Level;
  readonly text: string;
}

const states: Readonly<Record<LivePipeline["state"], Judged>> = {
  failed: { level: "bad", text: "failed" },
  waiting: { level: "warn", text: "waiting" },
  starting: { level: "info", text: "starting" },
  draining: { level: "info", text: "draining" },
  stopped: { level: "idle", text: "stopped" },
  running: { level: "ok", text: "running" },
};

export function judgePipeline({ state, sinks }: LivePipeline): Judged {
  const judged = states[state];
  if (judged.level !== "ok") return judged;
  const worst = sinks.map(judgeSink).toSorted((a, b) => byLevel(a.level, b.level))[0];
  return worst === undefined || worst.level === "ok" ? judged : worst;
}

export function judgeSink({ breaker, isFull, problem, numbers, name }: LiveSink): Judged {
  if (breaker.isAccessRefused) return { level: "bad", text: `${name} refuses access` };
  if (breaker.state === "open") return { level: "bad", text: `${name} is left alone` };
  if (isFull) return { level: "bad", text: `${name}: no room to park more` };
  if (breaker.state === "half-open") return { level: "warn", text: `${name} is being tried` };
  if (problem !== undefined) return { level: "warn", text: `${name} fails` };
  return (numbers.parked ?? 0) > 0
    ? { level: "warn", text: `${name} has messages parked` }
    : { level: "ok", text: "running" };
}
