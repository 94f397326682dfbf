// Steps of paths over values of unknown shape. Generated code reads plain objects itself and comes here for arrays.
// The rules: a step takes each item of what came before; results that are arrays are laid end to end, one level deep;
// the last step of all gives an array of the data as it is when that is its only result.
import { budget } from "./budget.ts";
import { raise } from "./raise.ts";
import { CONS, isSequence, KEEP, MARK, marksOf, SEQUENCE, settle, type Dictionary, type Marked } from "./values.ts";

/** A field of a path: how to read it off an object, and its name. */
export interface Field {
  readonly key: string;
  readonly get: (object: Record<string, unknown>) => unknown;
}

/** The items of a list written at the start of a path, where predicates may have made something else of it. */
export function itemsOfList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null) return leave();
  // Of a text the reference takes the characters, of an object as many numbered fields as it says it has.
  if (typeof value === "string") return value.split("");
  if (typeof value !== "object" || !Object.hasOwn(value, "length")) return [];
  const { length } = value as { length: unknown };
  if (typeof length !== "number" || !(length > 0)) return [];
  budget.items(length);
  return Array.from({ length }, (_, at) => (Object.hasOwn(value, at) ? (value as Dictionary)[at] : undefined));
}

/** Such a list that has nothing in it, or a text or object that counts as one. */
export const isEmptyList = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.hasOwn(value, "length") && (value as { length: unknown }).length === 0
    : value === "";

/**
 * An empty list written at the start of a path ends it, whatever follows, and is its result. Where what follows is a sort the
 * reference says so itself: it evaluates an expression again that fails.
 */
export function leave(): never {
  raise("T1006");
}

export const isConstructed = (items: unknown[]): boolean => (marksOf(items) & CONS) !== 0;

/** Lays results end to end: appends the items of an array, or what is no array. */
export function flatten(out: unknown[], value: unknown): void {
  if (!Array.isArray(value) || isConstructed(value)) out.push(value);
  else for (const item of value) out.push(item);
}

/** A field of any value; of an array, those of its items. */
export function lookup(value: unknown, field: Field): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return field.get(value as Record<string, unknown>);
  return settle(lookupAll(value, field, []));
}

/** The same for a name with `[]`: what comes of an array stays one. */
export function lookupKept(value: unknown, field: Field): unknown {
  if (!Array.isArray(value)) return lookup(value, field);
  const out = lookupAll(value, field, []);
  return out.length === 0 ? undefined : keeping(out);
}

function lookupAll(items: unknown[], field: Field, out: unknown[]): unknown[] {
  budget.spend(items.length);
  for (const item of items) {
    if (typeof item !== "object" || item === null) continue;
    if (Array.isArray(item)) {
      lookupAll(item, field, out);
      continue;
    }
    const value = field.get(item as Record<string, unknown>);
    if (Array.isArray(value)) for (const inner of value) out.push(inner);
    else if (value !== undefined) out.push(value);
  }
  return out;
}

/** One step: the results for each item, laid end to end. */
function stepInto(items: unknown[], field: Field): unknown[] {
  const out: unknown[] = [];
  budget.spend(items.length);
  for (const item of items) {
    const value = lookup(item, field);
    if (value !== undefined) flatten(out, value);
  }
  return out;
}

/** The last step. */
function lastStep(items: unknown[], field: Field): unknown {
  const out: unknown[] = [];
  let count = 0;
  let only: unknown;
  budget.spend(items.length);
  for (const item of items) {
    const value = lookup(item, field);
    if (value === undefined) continue;
    count++;
    only = value;
    flatten(out, value);
  }
  return settleLast(out, count, only);
}

/** The value of a path from the results of its last step: `count` results, of which `only` was the last. */
export function settleLast(out: unknown[], count: number, only: unknown): unknown {
  budget.items(out.length);
  if (count === 1 && (Array.isArray(only) ? !isSequence(only) : out.length === 0)) return only;
  return settle(out);
}

/** The same for a path with `[]`: what is a sequence stays an array. */
export function settleKeeping(out: unknown[], count: number, only: unknown): unknown {
  budget.items(out.length);
  if (count === 1 && Array.isArray(only) && !isSequence(only)) {
    if (!isConstructed(only)) return only;
    return keeping([only]);
  }
  return out.length === 0 ? undefined : keeping(out);
}

/** The same for a path that is marked as a whole: `(a.b)[]`. */
export function settleKept(out: unknown[], count: number, only: unknown): unknown {
  budget.items(out.length);
  if (count === 1 && Array.isArray(only) && !isSequence(only)) return only;
  return out.length === 0 ? undefined : keeping(out);
}

export function keeping(items: unknown[]): unknown[] {
  (items as Marked)[MARK] = SEQUENCE | KEEP;
  return items;
}

/** `x[]` on a value that is no path: keeps a sequence that is one. */
export function keep(value: unknown): unknown {
  if (isSequence(value)) (value as Marked)[MARK] = marksOf(value) | KEEP;
  return value;
}

/** The items a step takes from a value: those of an array, or the value itself. */
const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) && !isConstructed(value) ? value : [value]);

/** `a.b.c` from a value that is one context, even when it is an array. */
export function readFrom(value: unknown, fields: readonly Field[]): unknown {
  return Array.isArray(value) ? readItems([value], fields) : read(value, fields);
}

/** `a.b.c` from the items of a context. */
export function read(value: unknown, fields: readonly Field[]): unknown {
  let current = value;
  for (let at = 0; at < fields.length; at++) {
    if (typeof current !== "object" || current === null) return undefined;
    if (Array.isArray(current)) {
      return isConstructed(current) ? readItems([current], fields.slice(at)) : readItems(current, fields, at);
    }
    current = fields[at]?.get(current as Record<string, unknown>);
  }
  return last(current);
}

function readItems(items: unknown[], fields: readonly Field[], from = 0): unknown {
  let current = items;
  for (let at = from; at < fields.length - 1; at++) {
    current = stepInto(current, fields[at] as Field);
    if (current.length === 0) return undefined;
  }
  return lastStep(current, fields[fields.length - 1] as Field);
}

/** A single result of a last step that is an array an expression made may be a sequence kept whole: no longer so. */
export function last(value: unknown): unknown {
  return Array.isArray(value) && value.length < 2 && isSequence(value) ? settle(value.slice()) : value;
}

/** The items that `a.b` gives to a following step, from a value that is one context. */
export function itemsFrom(value: unknown, fields: readonly Field[]): unknown[] | undefined {
  return items(Array.isArray(value) ? [value] : value, fields);
}

/** The items that `a.b` gives to a following step. */
export function items(value: unknown, fields: readonly Field[]): unknown[] | undefined {
  let current = itemsOf(value);
  for (const field of fields) {
    current = stepInto(current, field);
    if (current.length === 0) return undefined;
  }
  return current;
}
