// $now, $millis, $fromMillis, $toMillis. ISO texts and usual pictures are done here; the rest is the reference's, behind its
// bounds.
import { budget } from "../runtime/budget.ts";
import { raise, raiseLimit } from "../runtime/raise.ts";
import { underWatchdog } from "../runtime/watchdog.ts";
import { unusual } from "./cache.ts";
import { chargeMade } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";
import { isoText, parseIso } from "./iso-time.ts";
import { formatTime } from "./time-format.ts";
import { parseTime } from "./time-parse.ts";

/** Pictures and texts up to this length, together, need no watchdog. */
const shortPicture = 64;
const widest = 10_000;
const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

const isText = (value: unknown): value is string => typeof value === "string";

function checkWidths(picture: string): void {
  for (const [marker] of picture.matchAll(/\[[^\]]*\]/g)) {
    for (const [, width] of marker.matchAll(/[,-]\s*(\d+)/g)) if (Number(width) > widest) raiseLimit("LIMIT_OUTPUT");
  }
}

function formatByReference(millis: unknown, picture: unknown, timezone: unknown): unknown {
  if (typeof picture === "string") checkWidths(picture);
  const work = (): unknown => viaReference("fromMillis", [millis, picture, timezone]);
  const isLong = typeof picture === "string" && picture.length > shortPicture;
  const text = isLong ? underWatchdog(work, budget.remainingMs()) : work();
  return typeof text === "string" ? chargeMade(text) : text;
}

function fromMillis(millis: unknown, picture: unknown, timezone: unknown): unknown {
  if (millis === undefined) return undefined;
  if (typeof millis === "number") {
    const text =
      picture === undefined && timezone === undefined ? isoText(millis) : inPicture(millis, picture, timezone);
    if (text !== undefined) return text;
  }
  return formatByReference(millis, picture, timezone);
}

function inPicture(millis: number, picture: unknown, timezone: unknown): string | undefined {
  if (!(isText(picture) || picture === undefined) || !(isText(timezone) || timezone === undefined)) return undefined;
  return formatTime(millis, picture ?? isoPicture, timezone);
}

function toMillis(text: unknown, picture: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") return viaReference("toMillis", [text, picture]);
  if (picture === undefined) return parseIso(text) ?? raise("D3110", { value: text });
  if (typeof picture === "string" && text.length <= shortPicture) {
    const millis = parseTime(text, picture);
    if (millis !== unusual) return millis;
  }
  const work = (): unknown => viaReference("toMillis", [text, picture]);
  // The reference makes a regular expression of the picture.
  const isShort = text.length + (picture as string).length <= shortPicture;
  return isShort ? work() : underWatchdog(work, budget.remainingMs());
}

const now = (picture: unknown, timezone: unknown): unknown => fromMillis(budget.timestamp(), picture, timezone);
const millis = (): number => budget.timestamp();

const slowNow = checked("now", now);
const slowFrom = checked("fromMillis", fromMillis);
const slowTo = checked("toMillis", toMillis);

export const times: readonly BuiltIn[] = [
  builtIn("millis", { gives: "number", run: millis, direct: { 0: millis } }),
  builtIn("now", {
    gives: "string",
    run: now,
    checked: slowNow,
    direct: {
      0: () => now(undefined, undefined),
      1: (picture, context) => (isText(picture) ? now(picture, undefined) : slowNow(context, picture)),
      2: (picture, timezone, context) =>
        isText(picture) && isText(timezone) ? now(picture, timezone) : slowNow(context, picture, timezone),
    },
  }),
  builtIn("fromMillis", {
    gives: "string",
    run: fromMillis,
    checked: slowFrom,
    direct: {
      1: (value, context) =>
        typeof value === "number"
          ? fromMillis(value, undefined, undefined)
          : value === undefined
            ? undefined
            : slowFrom(context, value),
      2: (value, picture, context) =>
        typeof value === "number" && isText(picture)
          ? fromMillis(value, picture, undefined)
          : slowFrom(context, value, picture),
      3: (value, picture, timezone, context) =>
        typeof value === "number" && isText(picture) && isText(timezone)
          ? fromMillis(value, picture, timezone)
          : slowFrom(context, value, picture, timezone),
    },
  }),
  builtIn("toMillis", {
    gives: "number",
    run: toMillis,
    checked: slowTo,
    direct: {
      1: (text, context) =>
        isText(text) ? toMillis(text, undefined) : text === undefined ? undefined : slowTo(context, text),
      2: (text, picture, context) =>
        isText(text) && isText(picture) ? toMillis(text, picture) : slowTo(context, text, picture),
    },
  }),
];
