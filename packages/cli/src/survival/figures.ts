import type { TickRecord } from "@signalbox/core";
import { cutBetween, type Observed } from "./observed.ts";
import { cutRunOf } from "./tick-oracle.ts";

export interface Lateness {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Figures {
  /** By timing and outcome. */
  readonly ticks: ReadonlyMap<string, number>;
  /** Ticks that were run again, by what had cut them off. */
  readonly runAgain: ReadonlyMap<string, number>;
  /** By what is done with unknown ones, and state. */
  readonly commands: ReadonlyMap<string, number>;
  /** Requests that akenza accepted. */
  readonly accepted: number;
  /** Commands that akenza accepted more than once. */
  readonly acceptedTwice: { readonly ask: number; readonly resend: number };
  /** Unknown commands that akenza had accepted. */
  readonly unknownAccepted: number;
  readonly refused: number;
  /** Of the ticks begun by engines that were there at their time. */
  readonly lateness: Lateness;
}

/** What a killed engine takes to its grave: ticks that came to it and had not begun. */
const inHandMs = 1_000;
/** What a new engine needs until it is at work, where no other is. */
const wakingMs = 2_000;

export function figuresOf(observed: Observed): Figures {
  const { schedules, commands, accepted, refused } = observed;
  const ticks = [...observed.ticks.values()].flat();
  const asking = new Map(schedules.map(({ pipeline, onUnknown }) => [pipeline, onUnknown]));
  const begun = ticks.filter((tick) => {
    const { plannedAt, timing } = tick;
    return (
      (timing === "on-time" || timing === "late") && cutRunOf(tick) === undefined && !isNearDeath(plannedAt, observed)
    );
  });
  const unknown = commands.filter(({ state }) => state === "unknown");
  const cutOf = (tick: TickRecord): readonly string[] => {
    const cutRun = cutRunOf(tick);
    return cutRun === undefined ? [] : [cutBetween(cutRun, tick.startedAt ?? 0, observed) ?? "nothing"];
  };
  const twice = (kind: string): number =>
    commands.filter((each) => asking.get(each.pipeline) === kind && (accepted.get(each.message)?.length ?? 0) > 1)
      .length;
  return {
    ticks: countBy(ticks, ({ timing, outcome }) => (outcome === "none" ? timing : `${timing} and ${outcome}`)),
    runAgain: countBy(ticks.flatMap(cutOf), (cut) => cut),
    commands: countBy(commands, ({ pipeline, state }) => `${asking.get(pipeline) ?? "?"}: ${state}`),
    accepted: [...accepted.values()].reduce((sum, times) => sum + times.length, 0),
    acceptedTwice: { ask: twice("ask"), resend: twice("resend") },
    unknownAccepted: unknown.filter(({ message }) => accepted.has(message)).length,
    refused,
    lateness: latenessOf(begun.map(({ startedAt = 0, plannedAt }) => startedAt - plannedAt)),
  };
}

function isNearDeath(plannedAt: number, { kills, hasOthers }: Observed): boolean {
  return kills.some(({ at, runsAt }) => plannedAt > at - inHandMs && plannedAt < (hasOthers ? at : runsAt + wakingMs));
}

function latenessOf(all: readonly number[]): Lateness {
  const sorted = all.toSorted((a, b) => a - b);
  const share = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: share(0.5), p99: share(0.99), max: share(1) };
}

function countBy<T>(all: readonly T[], nameOf: (one: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  return counts;
}
