import type { ErrorCode } from "../../errors/codes.ts";
import type { Plan } from "../../schedules/contracts.ts";
import { atPlan, cronPlan, everyPlan, isTimezone, parseTime } from "./schedule-plan.ts";

/** The words of a schedule that say when it is due, as written. */
export interface ScheduleWords {
  readonly cron?: string | undefined;
  readonly every?: number | undefined;
  readonly at?: string | readonly string[] | undefined;
  readonly timezone?: string | undefined;
}

/** What is wrong with a schedule; `path` leads to the word. */
export interface ScheduleProblem {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly path: readonly (string | number)[];
}

/** The one plan that a schedule's words give, or what is wrong with them. */
export function readPlan(words: ScheduleWords): { readonly plan: Plan } | ScheduleProblem {
  const { cron, every, at, timezone = "UTC" } = words;
  const given = (["cron", "every", "at"] as const).filter((word) => words[word] !== undefined);
  const [, second] = given;
  if (given.length === 0) return invalid("CONFIG_FIELD_MISSING", "needs one of `cron`, `every` and `at`");
  if (second !== undefined)
    return invalid("CONFIG_VALUE_INVALID", `\`${given.join("` and `")}\` exclude each other`, second);
  if (!isTimezone(timezone)) {
    return invalid("CONFIG_TIMEZONE_INVALID", `"${timezone}" is not an IANA time zone, like Europe/Zurich`, "timezone");
  }
  if (cron !== undefined) {
    const read = cronPlan(cron, timezone);
    return "plan" in read ? read : invalid("CONFIG_CRON_INVALID", read.problem, "cron");
  }
  if (at !== undefined) return readTimes(at, timezone);
  return readInterval(every ?? 0, words.timezone);
}

function readInterval(everyMs: number, timezone: string | undefined): { readonly plan: Plan } | ScheduleProblem {
  if (everyMs < 1_000) return invalid("CONFIG_DURATION_INVALID", "a schedule's interval is at least 1s", "every");
  if (timezone !== undefined) {
    return invalid("CONFIG_VALUE_INVALID", "`every` knows no time zone: it is aligned to UTC", "timezone");
  }
  return { plan: everyPlan(everyMs) };
}

function readTimes(at: string | readonly string[], timezone: string): { readonly plan: Plan } | ScheduleProblem {
  const times: number[] = [];
  for (const [index, text] of (typeof at === "string" ? [at] : at).entries()) {
    const time = parseTime(text, timezone);
    if (time === undefined) {
      const path = typeof at === "string" ? ["at"] : ["at", index];
      return invalid(
        "CONFIG_VALUE_INVALID",
        `"${text}" is not a time, like 2026-12-24T18:00 or 2026-12-24T18:00:00Z`,
        ...path,
      );
    }
    times.push(time);
  }
  return { plan: atPlan(times) };
}

function invalid(code: ErrorCode, problem: string, ...path: readonly (string | number)[]): ScheduleProblem {
  return { code, problem, path };
}
