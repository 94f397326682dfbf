// Numbers in pictures. Usual pictures are formatted here; what they cannot say is the reference's, behind its bounds.
import { budget } from "../runtime/budget.ts";
import { isObject } from "../runtime/values.ts";
import { underWatchdog } from "../runtime/watchdog.ts";
import { chargeMade } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";
import { formatInteger, parseInteger } from "./integer-picture.ts";
import { formatNumber } from "./number-format.ts";

/** Pictures up to this length are analysed without a watchdog. */
const shortPicture = 64;

/** The reference's own way. Its loops need a watchdog where no finite number, a long picture or an option could make them endless. */
function byReference(name: string, args: readonly [unknown, unknown, unknown?]): unknown {
  const [value, picture, options] = args;
  const isFinite = name === "parseInteger" || (typeof value === "number" && value - value === 0);
  const isTame = isFinite && isShort(picture) && hasCharacters(options);
  const work = (): unknown => viaReference(name, options === undefined ? [value, picture] : [...args]);
  const text = isTame ? work() : underWatchdog(work, budget.remainingMs());
  return typeof text === "string" ? chargeMade(text) : text;
}

const isShort = (picture: unknown): boolean => typeof picture !== "string" || picture.length <= shortPicture;

/** True when the options are single characters: none is empty, which could be found without an end. */
function hasCharacters(options: unknown): boolean {
  if (typeof options !== "object" || options === null) return options === undefined;
  return Object.values(options).every((value) => typeof value === "string" && value.length === 1);
}

function number(value: unknown, picture: unknown, options: unknown): unknown {
  if (value === undefined) return undefined;
  const isUsual = options === undefined || (typeof options === "object" && options !== null);
  if (isUsual && typeof value === "number" && typeof picture === "string") {
    const text = formatNumber(value, picture, options);
    if (text !== undefined) return text;
  }
  return byReference("formatNumber", [value, picture, options]);
}

function integer(value: unknown, picture: unknown): unknown {
  if (value === undefined) return undefined;
  if (typeof value === "number" && typeof picture === "string") {
    const text = formatInteger(value, picture);
    if (text !== undefined) return text;
  }
  return byReference("formatInteger", [value, picture]);
}

function parse(text: unknown, picture: unknown): unknown {
  if (text === undefined) return undefined;
  const known = typeof text === "string" && typeof picture === "string" ? parseInteger(text, picture) : undefined;
  return known ?? byReference("parseInteger", [text, picture]);
}

const slowNumber = checked("formatNumber", number);
const slowParse = checked("parseInteger", parse);
const slowInteger = checked("formatInteger", integer);

export const formats: readonly BuiltIn[] = [
  builtIn("formatNumber", {
    gives: "string",
    run: number,
    checked: slowNumber,
    direct: {
      2: (value, picture, context) =>
        typeof value === "number" && typeof picture === "string"
          ? number(value, picture, undefined)
          : slowNumber(context, value, picture),
      3: (value, picture, options, context) =>
        typeof value === "number" && typeof picture === "string" && isObject(options)
          ? number(value, picture, options)
          : slowNumber(context, value, picture, options),
    },
  }),
  builtIn("formatInteger", {
    gives: "string",
    run: integer,
    checked: slowInteger,
    direct: {
      2: (value, picture, context) =>
        typeof value === "number" && typeof picture === "string"
          ? integer(value, picture)
          : slowInteger(context, value, picture),
    },
  }),
  builtIn("parseInteger", {
    gives: "number",
    run: parse,
    checked: slowParse,
    direct: {
      2: (text, picture, context) =>
        typeof text === "string" && typeof picture === "string"
          ? parse(text, picture)
          : slowParse(context, text, picture),
    },
  }),
];
