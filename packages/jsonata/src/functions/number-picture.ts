// Pictures of numbers, "#,##0.00 kWh": what the usual ones ask for, worked out once for each. Usual are digits with a point,
// separators at equal distances and an exponent, text without a meaning around them, and a second such picture for negatives.
import { cached, unusual, type Unusual } from "./cache.ts";

export interface NumberPicture {
  prefix: string;
  suffix: string;
  /** 1, or what the number is multiplied by: percent, per mille. */
  scale: number;
  leastInteger: number;
  leastFraction: number;
  mostFraction: number;
  /** Digits between separators, 0 for none. */
  grouping: number;
  hasPoint: boolean;
  /** Digits of the exponent, 0 for none, and of the integer that stands before it. */
  exponent: number;
  mantissa: number;
}

export interface NumberPictures {
  positive: NumberPicture;
  negative: NumberPicture;
  point: string;
  separator: string;
}

/** Around the digits: nothing that has a meaning in a picture. An "e" behind the digits could begin an exponent. */
const shape = /^([^\d,.#%‰]*)((?:#[#,]*)?(?:[0,]*0)?)(?:(\.)(0*)(#*))?(?:e(0+))?((?!e)[^\d,.#]*)$/;
const longestPicture = 40;

function subPicture(picture: string): NumberPicture | undefined {
  const found = shape.exec(picture);
  if (found === null) return undefined;
  const [, prefix = "", integer = "", point, mandatory = "", optional = "", power = "", suffix = ""] = found;
  const grouping = groupingOf(integer);
  const signs = suffix.replace(/[^%‰]/g, "");
  const isBare = !/[#0]/.test(integer + mandatory + optional);
  // Behind a prefix the reference takes the exponent to be elsewhere.
  const isOddPower = power !== "" && (prefix !== "" || signs !== "");
  if (grouping === undefined || isBare || isOddPower || signs.length > 1 || prefix.includes("e")) return undefined;
  const sizes = sizesOf(integer, mandatory.length, { optional: optional.length, hasPower: power !== "" });
  // Without a point the reference cuts off what would stand behind it, but not the point.
  if (sizes.mostFraction > 0 && point === undefined) return undefined;
  const scale = signs === "%" ? 100 : signs === "‰" ? 1000 : 1;
  return { prefix, suffix, scale, grouping, hasPoint: point !== undefined, exponent: power.length, ...sizes };
}

type Sizes = Pick<NumberPicture, "leastInteger" | "leastFraction" | "mostFraction" | "mantissa">;

function sizesOf(integer: string, mandatory: number, rest: { optional: number; hasPower: boolean }): Sizes {
  const mantissa = integer.split("0").length - 1;
  let [leastInteger, leastFraction, mostFraction] = [mantissa, mandatory, mandatory + rest.optional];
  if (leastInteger === 0 && mostFraction === 0) {
    if (rest.hasPower) leastFraction = mostFraction = 1;
    else leastInteger = 1;
  }
  if (rest.hasPower && leastInteger === 0 && integer.includes("#")) leastInteger = 1;
  if (leastInteger === 0 && leastFraction === 0) leastFraction = 1;
  return { leastInteger, leastFraction, mostFraction, mantissa };
}

/** Distance of the separators, 0 for none; undefined when they are not at equal distances. */
function groupingOf(integer: string): number | undefined {
  const [first = "", ...groups] = integer.split(",");
  const size = groups[0]?.length ?? 0;
  if (groups.length === 0) return 0;
  const isRegular = size > 0 && first !== "" && first.length <= size && groups.every(({ length }) => length === size);
  return isRegular ? size : undefined;
}

function analyse(picture: string, point: string, separator: string): NumberPictures | Unusual {
  if (picture.length > longestPicture) return unusual;
  const [first = "", second, more] = picture.split(";");
  const positive = subPicture(first);
  const negative =
    second === undefined ? positive && { ...positive, prefix: `-${positive.prefix}` } : subPicture(second);
  if (positive === undefined || negative === undefined || more !== undefined) return unusual;
  return { positive, negative, point, separator };
}

const usualPicture = cached((picture) => analyse(picture, ".", ","));

/** The first two characters are point and separator. */
const separatedPicture = cached((text) => {
  const [point, separator] = [text.charAt(0), text.charAt(1)];
  let picture = "";
  for (const character of text.slice(2)) {
    if (character === point) picture += ".";
    else if (character === separator) picture += ",";
    else if (character === "." || character === ",") return unusual;
    else picture += character;
  }
  return analyse(picture, point, separator);
});

export function numberPictures(picture: string, options: unknown): NumberPictures | Unusual {
  if (options === undefined) return usualPicture(picture);
  let [point, separator]: [unknown, unknown] = [".", ","];
  for (const key of Object.keys(options as object)) {
    const value = (options as Record<string, unknown>)[key];
    if (key === "decimal-separator") point = value;
    else if (key === "grouping-separator") separator = value;
    else return unusual;
  }
  if (!isSeparator(point) || !isSeparator(separator) || point === separator) return unusual;
  return separatedPicture(point + separator + picture);
}

const isSeparator = (value: unknown): value is string =>
  typeof value === "string" && /^[.,' _\u00a0\u2019\u202f]$/.test(value);
