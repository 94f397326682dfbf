// Pictures of dates and times, "[D01].[M01].[Y0001] [H01]:[m01]": what the usual ones say, worked out once for each.
import { cached, unusual, type Unusual } from "./cache.ts";

/**
 * Y year, M month, D day, H and h hour of 24 and 12, m minute, s second, f milliseconds; d day of the year, W and w week of
 * the year and of the month, X and x the year and the month that week belongs to.
 */
export type NumberComponent = "Y" | "M" | "D" | "H" | "h" | "m" | "s" | "f" | "d" | "W" | "w" | "X" | "x";

export type Part =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "number";
      readonly component: NumberComponent;
      readonly digits: number;
      readonly isOrdinal: boolean;
    }
  /** The name of a month or of a day of the week, cut off behind `most` characters. */
  | { readonly kind: "name"; readonly component: "M" | "F"; readonly letters: Letters; readonly most: number }
  /** am or pm. */
  | { readonly kind: "half"; readonly isUpper: boolean }
  | {
      readonly kind: "zone";
      readonly isNamed: boolean;
      readonly digits: number;
      readonly hasColon: boolean;
      readonly isShort: boolean;
    };

export type Letters = "upper" | "lower" | "title";
type NumberPart = Extract<Part, { kind: "number" }>;

const longest = 120;

export const timePicture = cached((picture): readonly Part[] | Unusual => {
  if (picture.length > longest) return unusual;
  const parts: Part[] = [];
  let index = 0;
  while (index < picture.length) {
    const open = picture.indexOf("[", index);
    const end = open === -1 ? picture.length : open;
    if (end > index) parts.push({ kind: "literal", text: picture.slice(index, end).replaceAll("]]", "]") });
    if (open === -1) break;
    if (picture[open + 1] === "[") {
      parts.push({ kind: "literal", text: "[" });
      index = open + 2;
      continue;
    }
    const close = picture.indexOf("]", open);
    const part = close === -1 ? undefined : markerOf(picture.slice(open + 1, close).replace(/\s+/g, ""));
    if (part === undefined) return unusual;
    parts.push(part);
    index = close + 1;
  }
  return parts;
});

const numberMarker = /^([YMDHhmsfdWwXx])(?:(0{0,5}1)(o?))?(?:,(\d{1,2}))?$/;
const nameMarker = /^(?:(M)(N|n|Nn)|(F)(N|n|Nn)?)(?:,(?:\*|\d{1,2})(?:-(\d{1,2}))?)?$/;
const halfMarker = /^P(N|n|Nn)?$/;
const zoneMarker = /^([Zz])(?:(01:01|00:00|0101|0000|0001|01|00|0|1)(t?))?$/;

function markerOf(marker: string): Part | undefined {
  const number = numberMarker.exec(marker);
  if (number !== null) return numberPart(number);
  const name = nameMarker.exec(marker);
  if (name !== null) return namePart(name);
  const half = halfMarker.exec(marker);
  if (half !== null) return { kind: "half", isUpper: half[1] === "N" };
  const zone = zoneMarker.exec(marker);
  if (zone === null) return undefined;
  const [, letter, digits = "01:01", short] = zone;
  return {
    kind: "zone",
    isNamed: letter === "z",
    digits: digits.replace(":", "").length,
    hasColon: digits.includes(":"),
    isShort: short === "t",
  };
}

function numberPart([, letter, written, ordinal, width]: RegExpExecArray): NumberPart | undefined {
  const component = letter as NumberComponent;
  // Widths of years and of fractions have rules of their own.
  if (width !== undefined && (component === "Y" || component === "f")) return undefined;
  if (ordinal === "o" && component === "f") return undefined;
  const digits = written?.length ?? (component === "m" || component === "s" ? 2 : 1);
  return { kind: "number", component, digits: Math.max(digits, Number(width ?? 0)), isOrdinal: ordinal === "o" };
}

function namePart([, month, monthLetters, , dayLetters = "n", most]: RegExpExecArray): Part {
  const letters = month === undefined ? dayLetters : monthLetters;
  return {
    kind: "name",
    component: month === undefined ? "F" : "M",
    letters: letters === "N" ? "upper" : letters === "n" ? "lower" : "title",
    // None, and also 0 when parsing, is no limit; formatting with 0 leaves nothing.
    most: most === undefined ? Infinity : Number(most),
  };
}

export const months = "January February March April May June July August September October November December".split(
  " ",
);
export const days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
