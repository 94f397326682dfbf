// Schedules that a simulation deploys, as the words of a pipeline and as a plain list of times.
import { readPlan, type ScheduleWords } from "../../components/sources/schedule-config.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Plan } from "../../schedules/contracts.ts";
import type { Random } from "../random.ts";
import { notedPlan } from "./noted-plan.ts";
import { changesOf, gapAround, timesOf } from "./zones.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A schedule that the oracle understands on its own. */
export type Timetable =
  | { readonly kind: "every"; readonly everyMs: number }
  | { readonly kind: "at"; readonly times: readonly number[] }
  /** Each hour of real time, when the zone's clocks show this minute. */
  | { readonly kind: "hourly"; readonly minute: number; readonly zone: string }
  /** Once a day by the zone's clocks; only on some days of the week (0 is Sunday), or on all. */
  | {
      readonly kind: "daily";
      readonly hour: number;
      readonly minute: number;
      readonly weekdays: readonly number[];
      readonly zone: string;
    };

// With changes by an hour and by half an hour, at two, at three and at midnight, north and south of the equator, and without.
const zones = [
  "Europe/Zurich",
  "America/New_York",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Africa/Cairo",
  "Asia/Kolkata",
  "UTC",
];
// Before, at and after the changes of clocks; few, so that plans are met again.
const minutes = [0, 1, 15, 29, 30, 45, 59];
const workdays = [1, 2, 3, 4, 5];

const kinds = ["every", "at", "daily", "daily", "daily", "daily", "daily", "daily"] as const;

/** A timetable with no more than a tick an hour, and mostly with one a day: a year of them is to be quick. */
export function drawTimetable(random: Random, now: number): Timetable {
  const kind = random.chance(0.08) ? "hourly" : random.pick(kinds);
  const [zone, minute] = [random.pick(zones), random.pick(minutes)];
  switch (kind) {
    case "every":
      return { kind, everyMs: random.pick([4, 6, 8, 24]) * hourMs };
    case "at":
      return { kind, times: drawTimes(random, now) };
    case "hourly":
      return { kind, minute, zone };
    case "daily": {
      // Most of them where clocks change: at night.
      const hour = random.chance(0.7) ? random.between(0, 3) : random.pick([6, 12, 18, 22, 23]);
      const weekdays = random.pick([[], [], workdays, [0], [random.between(0, 6)]]);
      return { kind, hour, minute, weekdays, zone };
    }
  }
}

/** Many ticks, for a short while. */
export function drawBurst(random: Random): Timetable {
  return { kind: "every", everyMs: random.pick([5, 10, 30, 60]) * 1_000 };
}

/** The plan the engine makes of a timetable's words. */
export function planOf(table: Timetable): Plan {
  const read = readPlan(wordsOf(table));
  if (!("plan" in read)) throw new SignalboxError(read.code, read.problem);
  return table.kind === "hourly" || table.kind === "daily" ? notedPlan(read.plan) : read.plan;
}

/** The planned times in (after, until], from the platform's zone data alone. */
export function timesBetween(table: Timetable, after: number, until: number): readonly number[] {
  return allTimes(table, after, until).filter((time) => time > after && time <= until);
}

function allTimes(table: Timetable, from: number, to: number): readonly number[] {
  switch (table.kind) {
    case "at":
      return table.times;
    case "every":
      return series(Math.floor(from / table.everyMs) * table.everyMs, to, table.everyMs);
    case "hourly":
      return hourly(table.minute, changesOf(table.zone, ...yearsAround(from, to)), { from, to });
    case "daily":
      return daily(table, from, to);
  }
}

function hourly(
  minute: number,
  changes: ReturnType<typeof changesOf>,
  { from, to }: { from: number; to: number },
): readonly number[] {
  const first = Math.floor(from / hourMs) * hourMs - hourMs;
  return changes.flatMap(({ at, offsetMs }, index) => {
    const end = changes[index + 1]?.at ?? Infinity;
    const shift = (((minute * minuteMs - offsetMs) % hourMs) + hourMs) % hourMs;
    return series(Math.max(first, Math.floor(at / hourMs) * hourMs - hourMs) + shift, Math.min(to, end), hourMs).filter(
      (time) => time >= at && time < end,
    );
  });
}

/** A local time that is skipped is due when the gap ends, one that comes twice is due once. */
function daily(table: Extract<Timetable, { kind: "daily" }>, from: number, to: number): readonly number[] {
  const { hour, minute, weekdays, zone } = table;
  const changes = changesOf(zone, ...yearsAround(from, to));
  const days = series(Math.floor(from / dayMs) * dayMs - 2 * dayMs, to + 2 * dayMs, dayMs);
  return days.flatMap((day) => {
    if (weekdays.length > 0 && !weekdays.includes(new Date(day).getUTCDay())) return [];
    const local = day + hour * hourMs + minute * minuteMs;
    const time = timesOf(local, changes)[0] ?? gapAround(local, changes);
    return time === undefined ? [] : [time];
  });
}

/** Whole years, so that a zone's changes are worked out once. */
function yearsAround(from: number, to: number): [number, number] {
  return [Date.UTC(new Date(from).getUTCFullYear() - 1, 0), Date.UTC(new Date(to).getUTCFullYear() + 2, 0)];
}

function series(first: number, to: number, step: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_none, index) => first + index * step,
  );
}

function wordsOf(table: Timetable): ScheduleWords {
  switch (table.kind) {
    case "every":
      return { every: table.everyMs };
    case "at":
      return { at: table.times.map((time) => new Date(time).toISOString().replace(".000Z", "Z")) };
    case "hourly":
      return { cron: `${table.minute} * * * *`, timezone: table.zone };
    case "daily": {
      const weekdays = table.weekdays.length === 0 ? "*" : table.weekdays.join(",");
      return { cron: `${table.minute} ${table.hour} * * ${weekdays}`, timezone: table.zone };
    }
  }
}

function drawTimes(random: Random, now: number): readonly number[] {
  const minute = Math.floor(now / minuteMs) * minuteMs;
  const times = Array.from({ length: random.between(1, 5) }, () => minute + random.between(1, 60 * 24 * 60) * minuteMs);
  return [...new Set(times)].sort((a, b) => a - b);
}
