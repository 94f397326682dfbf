// From a schedule's words to its plan, or to what is wrong with which of them.
// Not here: the fields and their types (schedule.ts), or what a plan does (schedule-plan.ts).
import type { ErrorCode } from "../../errors/codes.ts";
import type { Plan } from "../../schedules/contracts.ts";
import { atPlan, cronPlan, everyPlan, parseTime } from "./schedule-plan.ts";
import { parseDays, type PlanWindow, type Span, windowed } from "./schedule-window.ts";
import { isTimezone } from "./schedule-zone.ts";

/** The words of a schedule that say when it is due, as written. */
export interface ScheduleWords {
  readonly cron?: string | undefined;
  readonly every?: number | undefined;
  readonly align?: "clock" | "start" | undefined;
  readonly at?: string | readonly string[] | undefined;
  readonly timezone?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly except?: string | readonly string[] | undefined;
}

/** What is wrong with a schedule; `path` leads to the word. */
export interface ScheduleProblem {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly path: readonly (string | number)[];
}

export interface ReadPlan {
  readonly plan: Plan;
  readonly window: PlanWindow;
}

/** The one plan that a schedule's words give, or what is wrong with them. */
export function readPlan(words: ScheduleWords): ReadPlan | ScheduleProblem {
  const given = (["cron", "every", "at"] as const).filter((word) => words[word] !== undefined);
  const [, second] = given;
  if (given.length === 0) return invalid("CONFIG_FIELD_MISSING", "needs one of `cron`, `every` and `at`");
  if (second !== undefined)
    return invalid("CONFIG_VALUE_INVALID", `\`${given.join("` and `")}\` exclude each other`, second);
  const { timezone = "UTC" } = words;
  if (!isTimezone(timezone)) {
    return invalid("CONFIG_TIMEZONE_INVALID", `"${timezone}" is not an IANA time zone, like Europe/Zurich`, "timezone");
  }
  const window = readWindow(words, timezone);
  if ("problem" in window) return window;
  const plan = readTimes(words, timezone, window);
  if ("problem" in plan) return plan;
  return { plan: isOpen(window) ? plan : windowed(plan, window, describe(words)), window };
}

function readTimes(words: ScheduleWords, timezone: string, { start }: PlanWindow): Plan | ScheduleProblem {
  const { cron, every = 0, at, align = "clock" } = words;
  if (words.align !== undefined && words.every === undefined)
    return invalid("CONFIG_VALUE_INVALID", "`align` stands beside `every`", "align");
  if (cron !== undefined) {
    const read = cronPlan(cron, timezone);
    return "plan" in read ? read.plan : invalid("CONFIG_CRON_INVALID", read.problem, "cron");
  }
  if (at !== undefined) return readList("at", at, timezone);
  if (every < 1_000) return invalid("CONFIG_DURATION_INVALID", "a schedule's interval is at least 1s", "every");
  if (words.timezone !== undefined && [words.start, words.end, words.except].every((word) => word === undefined)) {
    return invalid("CONFIG_VALUE_INVALID", "`every` knows no time zone: it is aligned to UTC", "timezone");
  }
  if (align === "clock") return everyPlan(every);
  return start === undefined
    ? invalid("CONFIG_FIELD_MISSING", "`align: start` needs `start`", "align")
    : everyPlan(every, start);
}

function readList(word: "at", texts: string | readonly string[], timezone: string): Plan | ScheduleProblem {
  const times: number[] = [];
  for (const [index, text] of (typeof texts === "string" ? [texts] : texts).entries()) {
    const time = readTime(text, timezone, typeof texts === "string" ? [word] : [word, index]);
    if (typeof time !== "number") return time;
    times.push(time);
  }
  return atPlan(times);
}

function readWindow(words: ScheduleWords, timezone: string): PlanWindow | ScheduleProblem {
  const start = words.start === undefined ? undefined : readTime(words.start, timezone, ["start"]);
  if (typeof start === "object") return start;
  const end = words.end === undefined ? undefined : readTime(words.end, timezone, ["end"]);
  if (typeof end === "object") return end;
  if (start !== undefined && end !== undefined && end < start)
    return invalid("CONFIG_VALUE_INVALID", "`end` lies before `start`", "end");
  const except: Span[] = [];
  const texts = words.except ?? [];
  for (const [index, text] of (typeof texts === "string" ? [texts] : texts).entries()) {
    const span = parseDays(text, timezone);
    if (span === undefined) {
      const problem = `"${text}" is not a day, like 2026-12-25, or days, like 2026-12-24/2027-01-02`;
      return invalid("CONFIG_VALUE_INVALID", problem, ...(typeof texts === "string" ? ["except"] : ["except", index]));
    }
    except.push(span);
  }
  return { start, end, except };
}

function readTime(text: string, timezone: string, path: readonly (string | number)[]): number | ScheduleProblem {
  const problem = `"${text}" is not a time, like 2026-12-24T18:00 or 2026-12-24T18:00:00Z`;
  return parseTime(text, timezone) ?? invalid("CONFIG_VALUE_INVALID", problem, ...path);
}

function isOpen({ start, end, except }: PlanWindow): boolean {
  return start === undefined && end === undefined && except.length === 0;
}

function describe({ start, end, except = [] }: ScheduleWords): string {
  const days = typeof except === "string" ? [except] : except;
  const words = [
    start === undefined ? "" : `, from ${start}`,
    end === undefined ? "" : `, until ${end}`,
    days.length === 0 ? "" : `, but not on ${days.join(", ")}`,
  ];
  return words.join("");
}

function invalid(code: ErrorCode, problem: string, ...path: readonly (string | number)[]): ScheduleProblem {
  return { code, problem, path };
}
