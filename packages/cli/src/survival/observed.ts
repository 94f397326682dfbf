// What the world outside saw, and what the ledgers say: all that a run is judged by.
import type { Simulator } from "@signalbox/akenza-simulator";
import type { Command, TickRecord } from "@signalbox/core";
import type { Kill } from "./kills.ts";
import type { Ledgers, Stop } from "./ledgers.ts";
import { firedReceiver, type SurvivalSchedule } from "./project.ts";

export interface Observed {
  readonly schedules: readonly SurvivalSchedule[];
  /** When the first engine ran: what is planned later must be in the ledger. */
  readonly runsFrom: number;
  readonly stop: Stop;
  readonly kills: readonly Kill[];
  /** When an engine said that it had lost a job to the others: it, or the store, had stood still for too long. */
  readonly lostHolds: readonly number[];
  /** Whether a killed engine leaves another that lives. */
  readonly hasOthers: boolean;
  readonly ticks: ReadonlyMap<string, readonly TickRecord[]>;
  /** When each tick was fired, by its id. */
  readonly fired: ReadonlyMap<string, readonly number[]>;
  readonly commands: readonly Command[];
  /** When the command of each tick was accepted, by the tick's id, in akenza's order. */
  readonly accepted: ReadonlyMap<string, readonly number[]>;
  /** Requests that akenza turned away for its limit. */
  readonly refused: number;
}

export type Facts = Pick<Observed, "schedules" | "runsFrom" | "stop" | "kills" | "lostHolds" | "hasOthers">;

export function observe(simulator: Simulator, { ticks, commands }: Ledgers, facts: Facts): Observed {
  const { downlinks, requests } = simulator;
  const fired = simulator.receiver(firedReceiver).requests;
  for (const log of [downlinks, requests, fired]) {
    if (log.dropped > 0) throw new Error("a log of the simulator was too small for the run");
  }
  return {
    ...facts,
    ticks,
    commands,
    fired: timesByTick(fired.entries),
    accepted: timesByTick(downlinks.entries.map(({ at, body }) => ({ at, body: payloadOf(body) }))),
    refused: requests.entries.filter(({ status }) => status === 429).length,
  };
}

/** What an engine notices of a lost job it may say after the other has begun. */
const noticedWithinMs = 5_000;

/** What cut off something that was under way from one time to another; undefined for nothing. */
export function cutBetween(
  from: number,
  to: number,
  { kills, lostHolds }: Pick<Observed, "kills" | "lostHolds">,
): "kill" | "lost hold" | undefined {
  if (kills.some(({ at }) => at >= from && at <= to)) return "kill";
  return lostHolds.some((at) => at >= from && at <= to + noticedWithinMs) ? "lost hold" : undefined;
}

/** The id that delivery.md gives a planned time. */
export function tickId(pipeline: string, plannedAt: number): string {
  return `${pipeline}@${new Date(plannedAt).toISOString()}`;
}

function payloadOf(body: unknown): unknown {
  return (body as { readonly mqttDownlink: { readonly payload: unknown } }).mqttDownlink.payload;
}

function timesByTick(entries: readonly { readonly at: number; readonly body: unknown }[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { at, body } of entries) {
    const { schedule, plannedAt } = body as { readonly schedule: string; readonly plannedAt: string };
    const id = tickId(schedule, Date.parse(plannedAt));
    times.set(id, [...(times.get(id) ?? []), at]);
  }
  return times;
}
