// What an evaluation hands out: plain data within the limits. Marks are taken off the arrays the expression made.
import { Fault } from "../errors.ts";
import { budget } from "./budget.ts";
import { weigh } from "./containers.ts";
import { raiseLimit } from "./raise.ts";
import { marksOf, type Dictionary } from "./values.ts";

/** A result of which all that the expression made was charged to the budget. */
export function finish(value: unknown): unknown {
  if (typeof value === "string") {
    // With its quotes.
    if (value.length + 2 > budget.limits.outputBytes) raiseLimit("LIMIT_OUTPUT");
    return value;
  }
  if (typeof value !== "object" || value === null) return typeof value === "function" ? refuse() : value;
  if (budget.bytes > budget.limits.outputBytes) weigh(value);
  if (budget.sequences > 0) return bare(value);
  return Array.isArray(value) && marksOf(value) !== 0 ? value.slice() : value;
}

/** A result that may hold anything: it is measured. */
export function finishChecked(value: unknown): unknown {
  if (typeof value === "object" && value !== null) weigh(value);
  return finish(value);
}

function refuse(): never {
  throw new Fault("RESULT_FUNCTION", "the result holds a function; call it, or leave it out");
}

/** The same value without marks. Only what holds a marked array is copied. */
function bare(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value === "function" ? refuse() : value;
  return Array.isArray(value) ? bareArray(value) : bareObject(value as Dictionary);
}

function bareArray(array: unknown[]): unknown[] {
  let result = marksOf(array) === 0 ? undefined : array.slice();
  for (let at = 0; at < array.length; at++) {
    const item = array[at];
    const plain = bare(item);
    if (plain !== item) (result ??= array.slice())[at] = plain;
  }
  return result ?? array;
}

function bareObject(object: Dictionary): Dictionary {
  let result: Dictionary | undefined;
  for (const key of Object.keys(object)) {
    const item = object[key];
    const plain = bare(item);
    if (plain === item) continue;
    // A spread defines fields, so that one named __proto__ stays a field.
    result ??= { ...object };
    Object.defineProperty(result, key, { value: plain, enumerable: true, writable: true, configurable: true });
  }
  return result ?? object;
}
