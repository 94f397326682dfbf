import { raise } from "../runtime/raise.ts";
import { round, roundTo } from "./round.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";

const decimal = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
/** As the reference has it: only the first choice is tied to the start, only the last to the end. */
const prefixed = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function number(value: unknown): unknown {
  if (typeof value === "number" || value === undefined) return value;
  if (typeof value === "string") return numberOf(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  raise("D3030", { value, index: 1 });
}

const [minus, point, zero, nine] = [45, 46, 48, 57];
/** Digits that surely fit in the 53 bits of a number. */
const safeDigits = 15;

function numberOf(text: string): number {
  const first = text.charCodeAt(0);
  let index = first === minus ? 1 : 0;
  let value = 0;
  const { length } = text;
  // A short integer is made here; anything else is recognised by its pattern.
  if (length > index && length <= safeDigits) {
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code < zero || code > nine) break;
      value = value * 10 + (code - zero);
    }
    if (index === length) return first === minus ? -value : value;
    if (text.charCodeAt(index) === point && isFraction(text, index)) return Number(text);
  }
  return numberByPattern(text);
}

/** True when a digit stands before the point, and only digits, at least one, behind it. */
function isFraction(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (!(before >= zero && before <= nine) || at + 1 >= text.length) return false;
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < zero || code > nine) return false;
  }
  return true;
}

function numberByPattern(text: string): number {
  const value = Number(text);
  if (value - value === 0 && decimal.test(text)) return value;
  if (prefixed.test(text)) return value;
  raise("D3030", { value: text, index: 1 });
}

function roundAny(value: unknown, precision: unknown): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== "number") return viaReference("round", [value, precision]);
  if (precision === undefined || precision === 0) return round(value);
  return typeof precision === "number" ? roundTo(value, precision) : viaReference("round", [value, precision]);
}

function squareRoot(value: unknown): unknown {
  if (value === undefined) return undefined;
  if ((value as number) < 0) raise("D3060", { value, index: 1 });
  return Math.sqrt(value as number);
}

function power(base: unknown, exponent: unknown): unknown {
  if (base === undefined) return undefined;
  const result = Math.pow(base as number, exponent as number);
  if (result - result !== 0) raise("D3061", { value: base, index: 1, exp: exponent });
  return result;
}

function formatBase(value: unknown, radix: unknown): unknown {
  if (value === undefined) return undefined;
  const base = radix === undefined ? 10 : roundAny(radix, undefined);
  if (typeof value !== "number" || typeof base !== "number") return viaReference("formatBase", [value, radix]);
  if (base < 2 || base > 36) raise("D3100", { value: base });
  return round(value).toString(base);
}

/** A function of one number. */
function ofNumber(name: string, run: (value: number) => unknown): BuiltIn {
  const general = (value: unknown): unknown => (value === undefined ? undefined : run(value as number));
  const slow = checked(name, general);
  const direct = {
    0: (context: unknown) => (typeof context === "number" ? run(context) : slow(context)),
    1: (value: unknown, context: unknown) =>
      typeof value === "number" ? run(value) : value === undefined ? undefined : slow(context, value),
  };
  return builtIn(name, { gives: "number", run: general, checked: slow, direct });
}

const slowNumber = checked("number", number);
const slowRound = checked("round", roundAny);
const slowBase = checked("formatBase", formatBase);
const slowPower = checked("power", power);

export const numbers: readonly BuiltIn[] = [
  ofNumber("abs", Math.abs),
  ofNumber("floor", Math.floor),
  ofNumber("ceil", Math.ceil),
  ofNumber("sqrt", squareRoot),
  builtIn("number", {
    gives: "number",
    run: number,
    checked: slowNumber,
    direct: {
      0: (context) =>
        typeof context === "string" || typeof context === "number" ? number(context) : slowNumber(context),
      1: (value, context) => {
        if (typeof value === "number" || value === undefined) return value;
        if (typeof value === "string") return numberOf(value);
        return typeof value === "boolean" ? (value ? 1 : 0) : slowNumber(context, value);
      },
    },
  }),
  builtIn("round", {
    gives: "number",
    run: roundAny,
    checked: slowRound,
    direct: {
      0: (context) => (typeof context === "number" ? round(context) : slowRound(context)),
      1: (value, context) =>
        typeof value === "number" ? round(value) : value === undefined ? undefined : slowRound(context, value),
      2: (value, precision, context) =>
        typeof value === "number" && typeof precision === "number"
          ? roundAny(value, precision)
          : slowRound(context, value, precision),
    },
  }),
  builtIn("power", {
    gives: "number",
    run: power,
    checked: slowPower,
    direct: {
      2: (base, exponent, context) =>
        typeof base === "number" && typeof exponent === "number"
          ? power(base, exponent)
          : slowPower(context, base, exponent),
    },
  }),
  builtIn("random", { gives: "number", run: () => Math.random(), direct: { 0: () => Math.random() } }),
  builtIn("formatBase", {
    gives: "string",
    run: formatBase,
    checked: slowBase,
    direct: {
      1: (value, context) => (typeof value === "number" ? formatBase(value, 10) : slowBase(context, value)),
      2: (value, radix, context) =>
        typeof value === "number" && typeof radix === "number"
          ? formatBase(value, radix)
          : slowBase(context, value, radix),
    },
  }),
];
