// Equality of values: deep, by content, as the reference's operators and functions have it.
import { budget } from "./budget.ts";
import type { Dictionary } from "./values.ts";

/** True when two values are equal: arrays item by item, objects by their fields in any order. NaN equals nothing. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (--budget.turns < 0) budget.look();
  if (!Array.isArray(left)) return Array.isArray(right) ? equalFields(right, left) : equalObjects(left, right);
  return Array.isArray(right) ? equalArrays(left, right) : equalFields(left, right);
}

function equalArrays(left: unknown[], right: unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!deepEqual(left[index], right[index])) return false;
  }
  return true;
}

function equalObjects(left: object, right: object): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !deepEqual((left as Dictionary)[key], (right as Dictionary)[key])) return false;
  }
  return true;
}

/** An array is compared with an object by its properties, its length among them. */
function equalFields(array: unknown[], object: object): boolean {
  if (!Object.hasOwn(object, "length") || Object.keys(object).length !== array.length + 1) return false;
  const fields = object as Dictionary;
  if (fields["length"] !== array.length) return false;
  for (let index = 0; index < array.length; index++) {
    if (!Object.hasOwn(fields, index) || !deepEqual(array[index], fields[index])) return false;
  }
  return true;
}
