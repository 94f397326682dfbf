import { formatLocation, type SeenValue, type Shown, type StageOutcome } from "@signalbox/core";
import { fit, printable } from "../../terminal/text.ts";

const longestValue = 60;
const longestCondition = 60;

/** What a stage did, for a person. */
export const outcomes: Readonly<Record<StageOutcome, string>> = {
  came: "came in",
  passed: "passed",
  changed: "changed",
  split: "split",
  skipped: "not meant",
  discarded: "discarded",
  failed: "failed",
  remembered: "passed",
  due: "due",
  "not-due": "not due",
  "not-reached": "not reached",
  delivered: "delivered",
  tried: "tried",
  parked: "parked",
  dead: "dead letter",
};

/** A value as short JSON, without anything a terminal would obey. */
export function shortValue(value: unknown, width = longestValue): string {
  return fit(printable(JSON.stringify(value) ?? "nothing"), width);
}

/** `co2 > 800 where co2 = 612`. */
export function conditionOf({ condition, saw = [] }: Pick<Shown, "condition" | "saw">): string {
  if (condition === undefined) return "";
  const text = fit(printable(condition), longestCondition);
  return saw.length === 0 ? text : `${text}  where ${saw.map(seen).join(", ")}`;
}

function seen(each: SeenValue): string {
  return `${printable(each.path)} = ${"value" in each ? shortValue(each.value, 30) : "nothing"}`;
}

/** What decided, and why: in words. */
export function reasonOf(stage: Omit<Shown, "message">): string {
  const { outcome, reason, code, cause, letter, nextTryAt, attempts, parts } = stage;
  const facts = [
    reason === undefined || reason === "false" ? "" : reasons[reason],
    outcome === "remembered" ? "it decides by what passed before" : "",
    parts === undefined ? "" : `into ${parts.join(", ")}`,
    code === undefined ? "" : `${code}  ${printable(cause ?? "")}`,
    attempts === undefined || attempts === 0 ? "" : `after ${attempts} ${attempts === 1 ? "try" : "tries"}`,
    nextTryOf(nextTryAt),
    letter === undefined ? "" : `signalbox dead-letters redrive ${letter}`,
    conditionOf(stage),
  ];
  return facts.filter((fact) => fact !== "").join("; ");
}

/** What is due already waits for its sink: it is shut, or others come first. */
function nextTryOf(at: number | undefined): string {
  if (at === undefined) return "";
  return at > Date.now() ? `next try ${new Date(at).toISOString()}` : "tried as soon as the sink takes messages";
}

const reasons: Readonly<Record<Exclude<NonNullable<Shown["reason"]>, "false">, string>> = {
  filtered: "filtered",
  nothing: "the condition had no result",
  duplicate: "a duplicate",
  dropped: "dropped on purpose",
  "no-route": "no sink was due",
  expired: "expired",
  superseded: "superseded",
};

/** `pipelines/a.yaml:12:5`, or nothing. */
export function placeOf({ at }: Pick<Shown, "at">): string {
  return at === undefined ? "" : printable(formatLocation(at));
}
