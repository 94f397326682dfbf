import type { TickRecord } from "@signalbox/core";
import { cutBetween, type Observed, tickId } from "./observed.ts";
import type { SurvivalSchedule } from "./project.ts";
import type { Violation } from "./violation.ts";

const everyMs = 1_000;
/** A tick that is due and has not begun when its schedule is paused is left out; it is not late before this. */
const lateMs = 10_000;
/** What a new engine needs until its planner is at work, and what a dead one had taken and not begun. */
const aroundDownMs = 2_000;

/** Judges what became of each planned second, by the ledger and by what was fired. */
export function judgeTicks(observed: Observed): readonly Violation[] {
  return observed.schedules.flatMap((schedule) => [
    ...judgePlanned(schedule, observed),
    ...judgeOthers(schedule, observed),
  ]);
}

function judgePlanned(schedule: SurvivalSchedule, observed: Observed): Violation[] {
  const { pipeline } = schedule;
  const { runsFrom, stop, ticks, fired } = observed;
  const records = new Map<string, TickRecord[]>();
  for (const record of ticks.get(pipeline) ?? []) records.set(record.id, [...(records.get(record.id) ?? []), record]);
  const violations: Violation[] = [];
  for (let at = Math.floor(runsFrom / everyMs + 1) * everyMs; at < stop.to; at += everyMs) {
    const id = tickId(pipeline, at);
    const [record, ...others] = records.get(id) ?? [];
    const found =
      record === undefined
        ? ["lost: it is in no state at all"]
        : [
            ...(others.length > 0 ? [`in the ledger ${others.length + 1} times`] : []),
            ...judgeEnd(record, schedule, observed),
            ...judgeFirings(record, fired.get(id) ?? [], observed),
          ];
    violations.push(...found.map((what) => ({ what, subject: id })));
  }
  return violations;
}

/** What was fired or recorded, and must not have been. */
function judgeOthers({ pipeline }: SurvivalSchedule, { ticks, fired, stop }: Observed): Violation[] {
  const known = new Set((ticks.get(pipeline) ?? []).map(({ id }) => id));
  const violations: Violation[] = [];
  for (const [id, times] of fired) {
    if (!id.startsWith(`${pipeline}@`)) continue;
    if (!known.has(id)) violations.push({ what: "fired, and the ledger does not know it", subject: id });
    const isAfter = Date.parse(id.slice(pipeline.length + 1)) > stop.to;
    if (isAfter) violations.push({ what: `fired at ${iso(times[0])}, after its schedule was paused`, subject: id });
  }
  return violations;
}

function judgeEnd(
  { plannedAt, timing, outcome }: TickRecord,
  schedule: SurvivalSchedule,
  observed: Observed,
): string[] {
  if (outcome === "succeeded") return [];
  if (timing === "skipped" && plannedAt >= observed.stop.from - lateMs) return [];
  if (timing === "missed" && !schedule.isCatchingUp && wasDown(plannedAt, observed)) return [];
  if (timing === "missed" && !schedule.isCatchingUp) return ["missed, though an engine was there"];
  return [`${timing}, ${outcome}`];
}

function judgeFirings(record: TickRecord, fired: readonly number[], observed: Observed): string[] {
  const { outcome, detail = "", startedAt = 0 } = record;
  if (outcome === "none") return fired.length === 0 ? [] : ["fired, and recorded as not run"];
  if (fired.length === 0) return ["recorded as run, and never fired"];
  const cutRun = cutRunOf(record);
  if (cutRun !== undefined) {
    return cutBetween(cutRun, startedAt, observed) === undefined ? ["run again, though nothing cut it off"] : [];
  }
  return [
    ...(fired.length === 1 ? [] : [`fired ${fired.length} times, and does not say so`]),
    ...(detail === "" ? [] : [`run, and its entry says: ${detail}`]),
  ];
}

/** When the run began that a tick's entry says was cut off. */
export function cutRunOf({ detail = "" }: TickRecord): number | undefined {
  const began = /^Run again: its run of (\S+) on/.exec(detail)?.[1];
  return began === undefined ? undefined : Date.parse(began);
}

function wasDown(plannedAt: number, { kills, hasOthers }: Observed): boolean {
  if (hasOthers) return false;
  return kills.some(({ at, runsAt }) => plannedAt >= at - aroundDownMs && plannedAt <= runsAt + aroundDownMs);
}

function iso(time = 0): string {
  return new Date(time).toISOString();
}
