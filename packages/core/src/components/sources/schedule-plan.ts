import { Cron } from "croner";
import { formatDuration } from "../../component/units.ts";
import type { Plan } from "../../schedules/contracts.ts";

// Plans of the schedule source, pure functions of time: cron, every, at. Texts that are none give a sentence instead.
// Not here: who looks after the planned times (schedules/), or what a tick becomes (schedule.ts).

/** What may stand in the place of a cron text's fields; midnight, on the first day of week, month or year. */
export const nicknames = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

/** A plan, or why the text is none. */
export type PlanOrProblem = { readonly plan: Plan } | { readonly problem: string };

/**
 * A cron text of five fields, or six with seconds first, in the local time of `timezone` (an IANA name that exists).
 * Where clocks change: a time that is skipped is due right after the gap, a time that comes twice is due once; patterns
 * with `*` or steps in hour or minute go by real time.
 */
export function cronPlan(text: string, timezone: string): PlanOrProblem {
  const fields = text.trim().split(/\s+/);
  if (text.trim().startsWith("@")) {
    if (!nicknames.includes(text.trim().toLowerCase()))
      return { problem: `"${text}" is none of the nicknames: ${nicknames.join(", ")}` };
  } else if (fields.length !== 5 && fields.length !== 6) {
    return { problem: `"${text}" has ${fields.length} fields; cron has five, or six with seconds first` };
  }
  let cron: Cron;
  try {
    cron = new Cron(text.trim(), { timezone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" });
  } catch (error) {
    return { problem: `"${text}" is not a cron text: ${explain(error)}` };
  }
  const next = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
  if (next(0) === undefined) return { problem: `"${text}" is never due` };
  return { plan: { next, description: `${text.trim()} (${timezone})` } };
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^\w+: /, "") : String(error);
}

/**
 * Every so many milliseconds: `5m` is due at full five minutes of UTC, whenever the engine started; with `from`, at that
 * time and each interval after it.
 */
export function everyPlan(everyMs: number, from?: number): Plan {
  const [base = 0, least = -Infinity] = [from, from];
  return {
    next: (after) => Math.max((Math.floor((after - base) / everyMs) + 1) * everyMs + base, least),
    description: `every ${formatDuration(everyMs)}${from === undefined ? "" : ` from ${new Date(from).toISOString()}`}`,
  };
}

/** At these times, given in milliseconds since the epoch. */
export function atPlan(timesMs: readonly number[]): Plan {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const [first = 0] = sorted;
  const more = sorted.length > 1 ? ` and ${sorted.length - 1} more` : "";
  return {
    next: (after) => sorted.find((time) => time > after),
    description: `at ${new Date(first).toISOString()}${more}`,
  };
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * An ISO 8601 time to the minute or second as milliseconds since the epoch: with `Z` or an offset, or without one in the
 * local time of `timezone`. Undefined when there is no such time.
 */
export function parseTime(text: string, timezone: string): number | undefined {
  const match = isoTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "00", offset] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // Date takes the 31st of February for the 3rd of March: only a time that is written as it was read exists.
  const asUtc = new Date(`${local}Z`);
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(local)) return undefined;
  if (offset === undefined) return new Cron(local, { timezone }).nextRun(new Date(0))?.getTime();
  const time = Date.parse(`${local}${offset}`);
  return Number.isNaN(time) ? undefined : time;
}

/** The times among `texts` that are written without an offset, as if their zone were UTC. */
export function localTimes(texts: readonly string[]): Plan {
  const local = texts.filter((text) => isoTime.exec(text)?.[7] === undefined);
  return atPlan(local.map((text) => parseTime(text, "UTC")).filter((time) => time !== undefined));
}
