import { budget } from "../runtime/budget.ts";
import { raise } from "../runtime/raise.ts";
import { isFiniteNumber, type Fn } from "../runtime/values.ts";
import { chargeItems } from "./charge.ts";
import { builtIn, checked, type BuiltIn } from "./define.ts";

/**
 * The effective boolean value of a value; undefined counts as false here.
 * @throws D1001 for an infinite number, also inside an array
 */
export function truthOf(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "number":
      return truthOfNumber(value);
    case "object":
      return value !== null && (Array.isArray(value) ? truthOfArray(value) : hasKeys(value));
    default:
      return false;
  }
}

function truthOfNumber(value: number): boolean {
  if (value - value === 0) return value !== 0;
  if (value === value) raise("D1001", { value });
  return false;
}

function truthOfArray(array: unknown[]): boolean {
  if (--budget.turns < 0) budget.look();
  chargeItems(array.length);
  let result = false;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    // Behind the first true item only an infinite number, wherever it hides, can still change anything.
    if (result && typeof item !== "number" && !Array.isArray(item)) continue;
    if (truthOf(item)) result = true;
  }
  return result;
}

function hasKeys(object: object): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return true;
  return false;
}

function typeOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      if (isFiniteNumber(value)) return "number";
      if (value === value) raise("D1001", { value });
      return "object";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "array" : "object";
    case "undefined":
    case "string":
    case "boolean":
    case "function":
      return value === undefined ? undefined : typeof value;
    default:
      return "object";
  }
}

function boolean(value: unknown): unknown {
  let single = value;
  // An array of one counts as its item, also when that is nothing.
  while (Array.isArray(single) && single.length === 1) single = single[0];
  return single === undefined ? undefined : truthOf(single);
}

const not = (value: unknown): unknown => (value === undefined ? undefined : !truthOf(value));

function assertion(condition: unknown, message: unknown): undefined {
  if (!condition) raise("D3141", { message: textOr(message, "$assert() statement failed") });
}

function error(message: unknown): never {
  raise("D3137", { message: textOr(message, "$error() function evaluated") });
}

const textOr = (message: unknown, text: string): string =>
  message === undefined || message === "" ? text : (message as string);

const zeroOrOne = (run: Fn): Record<number, Fn> => ({
  0: (context) => run(context),
  1: (value) => run(value),
});

const slowAssert = checked("assert", assertion);

export const logic: readonly BuiltIn[] = [
  builtIn("boolean", { gives: "boolean", run: boolean, direct: zeroOrOne(boolean) }),
  builtIn("not", { gives: "boolean", run: not, direct: zeroOrOne(not) }),
  builtIn("exists", {
    gives: "boolean",
    run: (value) => value !== undefined,
    direct: { 1: (value) => value !== undefined },
  }),
  builtIn("type", { gives: "string", run: typeOf, direct: { 1: typeOf } }),
  builtIn("error", { gives: "any", run: error }),
  builtIn("assert", {
    gives: "any",
    run: assertion,
    checked: slowAssert,
    direct: {
      1: (condition, context) => (condition === true ? undefined : slowAssert(context, condition)),
      2: (condition, message, context) =>
        condition === true && (typeof message === "string" || message === undefined)
          ? undefined
          : slowAssert(context, condition, message),
    },
  }),
];
