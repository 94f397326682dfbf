// $clone: what writing a value as JSON text and reading that back gives, without the text.
import { budget } from "../runtime/budget.ts";
import { raise, raiseLimit } from "../runtime/raise.ts";
import { MARK, OUTER, put, type Dictionary, type Marked } from "../runtime/values.ts";
import { asPlain, numberText } from "./stringify.ts";

const sixDecimals = 1e6;

function copyNumber(value: number): unknown {
  // Six decimals and no more than 15 digits in all: rounding to 15 digits changes nothing.
  const scaled = Math.round(value * sixDecimals);
  if (scaled < 1e15 && scaled > -1e15 && scaled / sixDecimals === value) return value + 0;
  if (value !== value) return null;
  return Number(numberText(value));
}

/** A copy of a value; undefined for what JSON leaves out. Adds what it weighs to the account. */
function copy(value: unknown, account: Account): unknown {
  switch (typeof value) {
    case "string":
      account.bytes += value.length;
      return value;
    case "number":
      return copyNumber(value);
    case "boolean":
      return value;
    case "function":
      return "";
    case "object":
      if (value === null) return null;
      if (--budget.turns < 0) budget.look();
      return Array.isArray(value) ? copyArray(value, account) : copyObject(value as Dictionary, account);
    default:
      return undefined;
  }
}

/** Approximate size as JSON text of what was copied so far. */
interface Account {
  bytes: number;
}

function copyArray(array: unknown[], account: Account): unknown[] {
  weigh(account, array.length * 2 + 2);
  const result: unknown[] = [];
  for (let index = 0; index < array.length; index++) result.push(copy(array[index], account) ?? null);
  return result;
}

function copyObject(object: Dictionary, account: Account): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return asPlain(object);
  // The engine copies an object with all its fields at once; then those that are no data as JSON has it are replaced.
  const result: Dictionary = { ...object };
  let bytes = 2;
  let hasNothing = false;
  for (const key in result) {
    if (!Object.hasOwn(result, key)) continue;
    bytes += key.length + 4;
    const item = object[key];
    const copied = copy(item, account);
    if (copied === undefined) hasNothing = true;
    // Zero may be negative, which its copy is not.
    if (copied !== item || item === 0) put(result, key, copied);
  }
  weigh(account, bytes);
  return hasNothing ? withoutNothing(result) : result;
}

/** Without the fields that JSON leaves out. */
function withoutNothing(object: Dictionary): Dictionary {
  const result: Dictionary = {};
  for (const key of Object.keys(object)) if (object[key] !== undefined) put(result, key, object[key]);
  return result;
}

function weigh(account: Account, bytes: number): void {
  account.bytes += bytes;
  if (account.bytes > budget.limits.outputBytes) raiseLimit("LIMIT_OUTPUT");
}

/** A deep copy of an object or an array, as plain data. */
export function clone(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return cloneOther(value);
  const account = { bytes: 0 };
  const isOuter = Array.isArray(value) && ((value as Marked)[MARK] ?? 0) & OUTER;
  const result = copy(isOuter ? (value as unknown[])[0] : value, account);
  if (account.bytes > 512) budget.text(account.bytes);
  return result;
}

/** Without its check it may be called with anything: a text is read as JSON then, which is the reference's to do. */
function cloneOther(value: unknown): unknown {
  if (value === undefined) return undefined;
  raise("T0410", { value, index: 1 });
}
