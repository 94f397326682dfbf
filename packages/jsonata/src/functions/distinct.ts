import { budget } from "../runtime/budget.ts";
import { deepEqual } from "../runtime/compare.ts";
import type { Dictionary } from "../runtime/values.ts";
import { chargeItems } from "./charge.ts";

/** So few are compared with one another, which costs less than hashing them. */
const few = 8;

/** The items without those that equal an earlier one, in a new array. */
export function distinctItems(items: unknown[]): unknown[] {
  chargeItems(items.length);
  return items.length <= few ? distinctFew(items) : distinctMany(items);
}

function distinctFew(items: unknown[]): unknown[] {
  const result: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (!includes(result, item)) result.push(item);
  }
  return result;
}

function includes(items: unknown[], value: unknown): boolean {
  for (let index = 0; index < items.length; index++) if (deepEqual(items[index], value)) return true;
  return false;
}

function distinctMany(items: unknown[]): unknown[] {
  const result: unknown[] = [];
  const plain = new Set<unknown>();
  const containers = new Map<number, object[]>();
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item !== "object" || item === null) {
      // NaN equals nothing, not even itself.
      if (item === item && plain.has(item)) continue;
      plain.add(item);
    } else if (isKnown(containers, item)) continue;
    result.push(item);
  }
  return result;
}

function isKnown(containers: Map<number, object[]>, item: object): boolean {
  const hash = hashOf(item, 2);
  const alike = containers.get(hash);
  if (alike === undefined) {
    containers.set(hash, [item]);
    return false;
  }
  if (includes(alike, item)) return true;
  alike.push(item);
  return false;
}

/** A number that equal values share. An array may equal an object that has a length, so it is hashed like one. */
function hashOf(value: unknown, depth: number): number {
  if (typeof value === "number") return (value * 2654435761) | 0;
  if (typeof value === "string") return hashText(value);
  if (typeof value !== "object" || value === null) return value === true ? 3 : value === null ? 5 : 7;
  if (--budget.turns < 0) budget.look();
  return Array.isArray(value) ? hashArray(value, depth) : hashObject(value as Dictionary, depth);
}

function hashObject(object: Dictionary, depth: number): number {
  const keys = Object.keys(object);
  let hash = keys.length;
  if (depth === 0) return hash;
  // Fields in any order, so their hashes are added up.
  for (const key of keys) hash = (hash + field(key, hashOf(object[key], depth - 1))) | 0;
  return hash;
}

function hashArray(array: unknown[], depth: number): number {
  let hash = array.length + 1;
  if (depth === 0) return hash;
  hash += field("length", hashOf(array.length, depth - 1));
  for (let index = 0; index < array.length; index++) {
    hash = (hash + field(String(index), hashOf(array[index], depth - 1))) | 0;
  }
  return hash;
}

const field = (key: string, hash: number): number => Math.imul(hashText(key), hash | 1);

function hashText(text: string): number {
  let hash = text.length;
  const { length } = text;
  const step = length > 32 ? length >> 4 : 1;
  for (let index = 0; index < length; index += step) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}
