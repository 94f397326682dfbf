import type { Led, TickRecord } from "@signalbox/core";
import { isoTime } from "./client.ts";

export const tickHead = ["planned", "timing", "outcome", "started", "ended", "led to", "engine", "detail"];

/** A tick as the cells of a line. */
export function tickRow(tick: TickRecord): readonly string[] {
  const { plannedAt, timing, outcome, startedAt, endedAt, engine = "-", parkedSince } = tick;
  return [
    isoTime(plannedAt),
    timing,
    parkedSince === undefined ? outcome : `${outcome} (parked)`,
    startedAt === undefined ? "-" : isoTime(startedAt),
    endedAt === undefined ? "-" : isoTime(endedAt),
    ledTo(tick),
    engine,
    detailOf(tick),
  ];
}

function ledTo({ messages, commands }: TickRecord): string {
  const parts = [countOf(messages, "message"), countOf(commands, "command")].filter((part) => part !== "");
  return parts.length === 0 ? "-" : parts.join(", ");
}

function countOf(led: Led | undefined, noun: string): string {
  if (led === undefined) return "";
  return `${led.count} ${noun}${led.count === 1 ? "" : "s"}`;
}

function detailOf({ by, delayMs, detail }: TickRecord): string {
  const parts = [
    by === undefined ? "" : `Asked for by ${by}.`,
    delayMs === undefined ? "" : `Due ${delayMs / 1_000} s after its planned time.`,
    detail ?? "",
  ];
  return parts.filter((part) => part !== "").join(" ") || "-";
}
