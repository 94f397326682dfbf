import { budget } from "../runtime/budget.ts";
import { raise } from "../runtime/raise.ts";
import { chargeItems, chargeMade, chargeRead } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";
import { codePoints, hasSurrogates } from "./code-points.ts";

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

/** A function of one text, which is the context when it is not written. */
function ofText(name: string, gives: "string" | "number", run: (text: string) => unknown): BuiltIn {
  const general = (text: unknown): unknown =>
    text === undefined ? undefined : isText(text) ? run(text) : viaReference(name, [text]);
  const slow = checked(name, general);
  const direct = {
    0: (context: unknown) => (isText(context) ? run(context) : slow(context)),
    1: (text: unknown, context: unknown) =>
      isText(text) ? run(text) : text === undefined ? undefined : slow(context, text),
  };
  return builtIn(name, { gives, run: general, checked: slow, direct });
}

/** A function of a text and a part of it to look for. */
function ofPart(name: string, run: (text: string, part: string) => string): BuiltIn {
  const general = (text: unknown, part: unknown): unknown =>
    text === undefined ? undefined : isText(text) && isText(part) ? run(text, part) : viaReference(name, [text, part]);
  const slow = checked(name, general);
  const direct = {
    1: (part: unknown, context: unknown) =>
      isText(part) && isText(context) ? run(context, part) : slow(context, part),
    2: (text: unknown, part: unknown, context: unknown) =>
      isText(text) && isText(part) ? run(text, part) : slow(context, text, part),
  };
  return builtIn(name, { gives: "string", run: general, checked: slow, direct });
}

function before(text: string, part: string): string {
  chargeRead(text.length);
  const at = text.indexOf(part);
  return at === -1 ? text : text.slice(0, at);
}

function after(text: string, part: string): string {
  chargeRead(text.length);
  const at = text.indexOf(part);
  return at === -1 ? text : text.slice(at + part.length);
}

function lengthOf(text: string): number {
  chargeRead(text.length);
  return codePoints(text);
}

/** Start and length count code points. */
function substring(text: string, start: number, length: number | undefined): unknown {
  chargeRead(text.length);
  if (hasSurrogates(text)) return chargeMadeBy("substring", [text, start, length]);
  const from = text.length + start < 0 ? 0 : start;
  if (length === undefined) return text.slice(from);
  if (length <= 0) return "";
  return text.slice(from, from >= 0 ? from + length : text.length + from + length);
}

function chargeMadeBy(name: string, args: unknown[]): unknown {
  // The reference makes an array of the characters.
  if (isText(args[0])) budget.spend(args[0].length >> 3);
  return viaReference(name, args);
}

function substringAny(text: unknown, start: unknown, length: unknown): unknown {
  if (text === undefined) return undefined;
  if (isText(text) && isNumber(start) && (length === undefined || isNumber(length)))
    return substring(text, start, length);
  return viaReference("substring", [text, start, length]);
}

const [tab, lineFeed, carriageReturn, space] = [9, 10, 13, 32];

/** Runs of blanks become one space; none stays at the ends. */
function trim(text: string): string {
  const { length } = text;
  chargeRead(length);
  let last = space;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (
      code <= space &&
      (code === tab || code === lineFeed || code === carriageReturn || (code === space && last === space))
    ) {
      return trimBlanks(text);
    }
    last = code;
  }
  return last === space ? trimBlanks(text) : text;
}

function trimBlanks(text: string): string {
  const single = text.replace(/[ \t\n\r]+/g, " ");
  const start = single.startsWith(" ") ? 1 : 0;
  return single.slice(start, single.length > start && single.endsWith(" ") ? -1 : undefined);
}

function pad(text: string, width: number, fill: string): string {
  const wanted = Math.trunc(width);
  const missing = Math.abs(wanted) - lengthOf(text);
  if (!(missing > 0)) return text;
  const padding = paddingOf(missing, fill === "" ? " " : fill);
  return wanted > 0 ? text + padding : padding + text;
}

function paddingOf(missing: number, fill: string): string {
  if (fill.length === 1) {
    if (missing > freePadding) budget.text(missing);
    return fill.repeat(missing);
  }
  if (!hasSurrogates(fill)) {
    if (missing > freePadding) budget.text(missing);
    return fill.repeat(Math.ceil(missing / fill.length)).slice(0, missing);
  }
  budget.text(missing * fill.length);
  // Halves of characters at its ends may join when it is repeated, so the characters are counted afterwards.
  return viaReference("substring", [fill.repeat(missing), 0, missing]) as string;
}

const freePadding = 512;

function padAny(text: unknown, width: unknown, fill: unknown): unknown {
  if (text === undefined) return undefined;
  if (!isText(text) || !(isText(fill) || fill === undefined)) return viaReference("pad", [text, width, fill]);
  return pad(text, width as number, fill ?? " ");
}

/** Joins texts; undefined when there is anything else in the array. */
function join(items: unknown[], separator: string): string | undefined {
  const { length } = items;
  let size = separator.length * length;
  for (let index = 0; index < length; index++) {
    const item = items[index];
    if (typeof item !== "string") return undefined;
    size += item.length;
  }
  chargeItems(length);
  if (size > freePadding) budget.text(size - separator.length);
  if (length > manyItems) return items.join(separator);
  let result = length === 0 ? "" : (items[0] as string);
  for (let index = 1; index < length; index++) result += separator + (items[index] as string);
  return result;
}

/** From here on the engine's own join is faster. */
const manyItems = 16;

function joinAny(items: unknown, separator: unknown): unknown {
  if (items === undefined) return undefined;
  const between = separator === undefined ? "" : separator;
  if (Array.isArray(items) && isText(between)) {
    const text = join(items, between);
    if (text !== undefined) return text;
  }
  raise("T0412", { value: items, index: 1, type: "strings" });
}

const slowSubstring = checked("substring", substringAny);
const slowPad = checked("pad", padAny);
const slowJoin = checked("join", joinAny);

function joinDirect(items: unknown, separator: string, context: unknown): unknown {
  if (Array.isArray(items)) return join(items, separator) ?? slowJoin(context, items, separator);
  return isText(items) || items === undefined ? items : slowJoin(context, items, separator);
}

export const texts: readonly BuiltIn[] = [
  ofText("lowercase", "string", (text) => chargeMade(text.toLowerCase())),
  ofText("uppercase", "string", (text) => chargeMade(text.toUpperCase())),
  ofText("length", "number", lengthOf),
  ofText("trim", "string", trim),
  ofPart("substringBefore", before),
  ofPart("substringAfter", after),
  builtIn("substring", {
    gives: "string",
    run: substringAny,
    checked: slowSubstring,
    direct: {
      2: (text, start, context) =>
        isText(text) && isNumber(start) ? substring(text, start, undefined) : slowSubstring(context, text, start),
      3: (text, start, length, context) =>
        isText(text) && isNumber(start) && isNumber(length)
          ? substring(text, start, length)
          : slowSubstring(context, text, start, length),
    },
  }),
  builtIn("pad", {
    gives: "string",
    run: padAny,
    checked: slowPad,
    direct: {
      2: (text, width, context) =>
        isText(text) && isNumber(width) ? pad(text, width, " ") : slowPad(context, text, width),
      3: (text, width, fill, context) =>
        isText(text) && isNumber(width) && isText(fill) ? pad(text, width, fill) : slowPad(context, text, width, fill),
    },
  }),
  builtIn("join", {
    gives: "string",
    run: joinAny,
    checked: slowJoin,
    direct: {
      1: (items, context) => joinDirect(items, "", context),
      2: (items, separator, context) =>
        isText(separator) ? joinDirect(items, separator, context) : slowJoin(context, items, separator),
    },
  }),
];
