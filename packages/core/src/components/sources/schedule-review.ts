// What the clocks of a zone do to a schedule: local times that do not exist on a day, and those that come twice.
// Not here: when ticks are planned (schedule-plan.ts); this only tells what that comes to.
import type { Plan } from "../../schedules/contracts.ts";
import { cronPlan, localTimes } from "./schedule-plan.ts";
import { type ReadPlan, readPlan, type ScheduleWords } from "./schedule-config.ts";
import { isWithin } from "./schedule-window.ts";
import { type ClockChange, clockChanges, clockText, localText } from "./schedule-zone.ts";

/** A local time of a schedule that a change of the clocks makes odd. */
export interface OddTime {
  /** hole: the clocks jump over it. double: they show it twice. */
  readonly kind: "hole" | "double";
  /** `2026-03-29 02:30:00`. */
  readonly local: string;
  /** Planned times that stand for it, in milliseconds since the epoch: none, one or two. */
  readonly plannedAt: readonly number[];
}

/** One of the next planned times of a schedule. */
export interface PreviewedTime {
  readonly plannedAt: number;
  /** ISO 8601 in UTC. */
  readonly utc: string;
  /** In the schedule's zone: `2026-03-29 03:00:00 +02:00`. */
  readonly local: string;
  /** The odd local times it stands for. */
  readonly odd: readonly OddTime[];
}

export interface SchedulePreview {
  readonly plan: string;
  readonly timezone: string;
  readonly times: readonly PreviewedTime[];
  /** Odd times up to the last of `times`, those that nothing is planned for included. */
  readonly odd: readonly OddTime[];
}

const yearMs = 365 * 86_400_000;
const oddLimit = 100;

/** The next planned times after `after`; the words are those of a schedule without errors. */
export function previewSchedule(words: ScheduleWords, after: number, count: number): SchedulePreview {
  const read = readPlan(words);
  const { timezone = "UTC" } = words;
  if (!("plan" in read)) return { plan: "", timezone, times: [], odd: [] };
  const planned: number[] = [];
  for (let at = read.plan.next(after); at !== undefined && planned.length < count; at = read.plan.next(at))
    planned.push(at);
  const odd = oddTimes(words, read, { from: after, to: planned.at(-1) ?? after });
  const times = planned.map((plannedAt) => ({
    plannedAt,
    utc: new Date(plannedAt).toISOString(),
    local: localText(timezone, plannedAt),
    odd: odd.filter((each) => each.plannedAt.includes(plannedAt)),
  }));
  return { plan: read.plan.description, timezone, times, odd };
}

/** A change of the clocks that concerns a schedule, in a sentence. */
export interface YearRemark {
  readonly kind: OddTime["kind"];
  readonly text: string;
}

/** What a person should know of the year after `now`, by day; nothing of a schedule that goes by real time. */
export function reviewYear(words: ScheduleWords, now: number): readonly YearRemark[] {
  const read = readPlan(words);
  if (!("plan" in read) || goesByRealTime(words)) return [];
  const { timezone = "UTC" } = words;
  const days = new Map<string, OddTime[]>();
  for (const odd of oddTimes(words, read, { from: now, to: now + yearMs })) {
    const day = odd.local.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), odd]);
  }
  return [...days.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : `; so it is with ${others.length} more of its times that day`;
    return [{ kind: first.kind, text: `${describeOdd(first, timezone)}${more}` }];
  });
}

/** `2026-03-29 02:30:00 does not exist in Europe/Zurich: it is due at 03:00:00 +02:00`. */
export function describeOdd({ kind, local, plannedAt }: OddTime, timezone: string): string {
  const due = plannedAt.map((at) => localText(timezone, at).slice(11)).join(" and ");
  const what = kind === "hole" ? `does not exist in ${timezone}` : `comes twice in ${timezone}`;
  return `${local} ${what}: ${due === "" ? "nothing is due" : `due at ${due}`}`;
}

/** Every hour, whatever the clocks show: nothing is lost or doubled in real time. */
function goesByRealTime({ cron }: ScheduleWords): boolean {
  if (cron === undefined) return false;
  const fields = cron.trim().split(/\s+/);
  return cron.trim().toLowerCase() === "@hourly" || ["*", "?"].includes(fields.at(-4) ?? "");
}

function oddTimes(
  words: ScheduleWords,
  { plan, window }: ReadPlan,
  { from, to }: { from: number; to: number },
): readonly OddTime[] {
  const { timezone = "UTC" } = words;
  const written = writtenTimes(words);
  if (written === undefined) return [];
  const odd: OddTime[] = [];
  for (const change of clockChanges(timezone, from, to)) {
    const { at, beforeMs, afterMs } = change;
    const kind = afterMs > beforeMs ? "hole" : "double";
    const [first, end] = [at + Math.min(beforeMs, afterMs), at + Math.max(beforeMs, afterMs)];
    let local = written.next(first - 1);
    for (; local !== undefined && local < end && odd.length < oddLimit; local = written.next(local)) {
      const times = kind === "hole" ? standIns(local, change) : [local - beforeMs, local - afterMs];
      if (!isWithin(window, times[0] ?? at)) continue;
      const plannedAt = times.filter((time) => plan.next(time - 1) === time);
      odd.push({ kind, local: clockText(local), plannedAt: kind === "hole" ? plannedAt.slice(0, 1) : plannedAt });
    }
  }
  return odd;
}

/** Where a time that the clocks jump over may be planned instead: right after the jump, or as long after it as it was late. */
function standIns(local: number, { at, beforeMs }: ClockChange): readonly number[] {
  return [at, local - beforeMs];
}

/** The local times as they are written, in a zone whose clocks never change; undefined where none are. */
function writtenTimes({ cron, at }: ScheduleWords): Plan | undefined {
  if (cron !== undefined) {
    const read = cronPlan(cron, "UTC");
    return "plan" in read ? read.plan : undefined;
  }
  return at === undefined ? undefined : localTimes(typeof at === "string" ? [at] : at);
}
