// Objects and arrays that an expression makes, and what they hold. Every container is charged with the size of what goes
// into it and was not accounted for before. So no value of an evaluation grows beyond the limits, not even one that holds
// the same part many times and takes little memory, and a result within them need not be measured again.
import { budget } from "./budget.ts";
import { raise, raiseLimit } from "./raise.ts";
import { CONS, MARK, marksOf, put, type Dictionary, type Marked } from "./values.ts";

/** Approximate bytes of a value as JSON; what a container is charged for holding it. */
export function weigh(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function") budget.sequences++;
    return 0;
  }
  return weighContainer(value);
}

function weighContainer(value: object): number {
  let bytes = 2;
  if (Array.isArray(value)) {
    // A result must not carry marks out, nor functions; whoever stores one says so.
    if (marksOf(value) !== 0) budget.sequences++;
    for (let at = 0; at < value.length; at++) bytes += 2 + weigh(value[at]);
  } else {
    for (const key in value) bytes += key.length + 4 + weigh((value as Dictionary)[key]);
  }
  if (bytes > budget.limits.outputBytes) raiseLimit("LIMIT_OUTPUT");
  return bytes;
}

export function charge(bytes: number): void {
  if ((budget.bytes += bytes) > budget.limits.outputBytes) budget.text(0);
}

/** Contexts laid end to end, as the values of an object constructor see them. */
export function fold(items: unknown[]): unknown {
  if (items.length < 2) return items[0];
  const [first] = items;
  const all = Array.isArray(first) ? first.slice() : [first];
  for (let at = 1; at < items.length; at++) append(all, items[at]);
  return all;
}

/** Adds to an array: the items of an array, or what is no array. */
export function append(all: unknown[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) all.push(item);
    budget.items(all.length);
    budget.spend(value.length);
  } else all.push(value);
}

/** Marks an array constructed at the end of a path. */
export function construct(items: unknown[]): void {
  (items as Marked)[MARK] = CONS;
}

export interface Pair {
  readonly key: (context: unknown) => unknown;
  readonly value: (context: unknown) => unknown;
}

const isReserved = (key: string): boolean => key === "_jsonata_lambda" || key === "_jsonata_function";

/** A computed key of an object. */
export function keyOf(key: unknown, position: number): string | undefined {
  if (key === undefined) return undefined;
  if (typeof key !== "string") return raise("T1003", { position, value: key });
  if (isReserved(key)) raise("D1013", { position, value: key });
  return key;
}

/** Keys of one object have to be different. */
export function differ(keys: readonly (string | undefined)[], position: number): void {
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at];
    if (key !== undefined && keys.indexOf(key) < at) raise("D1009", { position, value: key });
  }
}

interface Slot {
  pair: number;
  data: unknown;
  /** `data` is a list made here. */
  isList: boolean;
}

/** `{key: value}` over items: one field for each key, its value made of all items that gave this key. */
export function group(source: unknown, pairs: readonly Pair[], position: number): Dictionary {
  const items: unknown[] = Array.isArray(source) ? source : [source];
  const slots = new Map<string, Slot>();
  const all = items.length === 0 ? [undefined] : items;
  budget.spend(all.length * pairs.length);
  for (const item of all) {
    for (let at = 0; at < pairs.length; at++) {
      const key = keyOf((pairs[at] as Pair).key(item), position);
      if (key === undefined) continue;
      const slot = slots.get(key);
      if (slot === undefined) slots.set(key, { pair: at, data: item, isList: false });
      else if (slot.pair !== at) raise("D1009", { position, value: key });
      else collect(slot, item);
    }
  }
  const result: Dictionary = {};
  for (const [key, slot] of slots) {
    const value = (pairs[slot.pair] as Pair).value(slot.data);
    if (value === undefined) continue;
    charge(key.length + weigh(value));
    put(result, key, value);
  }
  return result;
}

function collect(slot: Slot, item: unknown): void {
  if (item === undefined) return;
  if (slot.data === undefined) {
    slot.data = item;
    return;
  }
  if (!slot.isList) {
    slot.data = Array.isArray(slot.data) ? slot.data.slice() : [slot.data];
    slot.isList = true;
  }
  append(slot.data as unknown[], item);
}
