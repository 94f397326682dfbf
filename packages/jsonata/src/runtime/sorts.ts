// The order-by step. Terms are evaluated once for each item. The sort is stable, so its order is that of the reference.
import { budget } from "./budget.ts";
import { raise } from "./raise.ts";
import { sortBy as mergeSorted } from "../functions/sort.ts";

/** A key that was not asked for yet. */
const unknown = Symbol("unknown");

export interface Term {
  readonly value: (context: unknown) => unknown;
  readonly isDescending: boolean;
}

/** A sorted copy; the array itself when there is nothing to sort. */
export function sortBy(items: unknown[], terms: readonly Term[], position: number): unknown[] {
  const { length } = items;
  if (length < 2) return items;
  // Comparisons are counted beforehand: the native sort cannot be stopped.
  budget.spend(length * Math.ceil(Math.log2(length)));
  const [term] = terms as [Term];
  if (terms.length === 1) {
    const keys = items.map((item) => term.value(item));
    if (areNumbers(keys)) return byNumbers(items, keys, term.isDescending);
    return byKeys(items, [keys], { terms, position });
  }
  const keys = terms.map((one, at) => (at === 0 ? items.map((item) => one.value(item)) : items.map(() => unknown)));
  return byKeys(items, keys, { terms, position });
}

function areNumbers(keys: unknown[]): keys is number[] {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    if (typeof key !== "number" || key !== key) return false;
  }
  return true;
}

function byNumbers(items: unknown[], keys: number[], isDescending: boolean): unknown[] {
  const order = numbersTo(items.length);
  if (isDescending) order.sort((a, b) => (keys[b] as number) - (keys[a] as number) || a - b);
  else order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  return taken(items, order);
}

const numbersTo = (length: number): Uint32Array => {
  const numbers = new Uint32Array(length);
  for (let at = 0; at < length; at++) numbers[at] = at;
  return numbers;
};

function taken(items: unknown[], order: Uint32Array | number[]): unknown[] {
  const out: unknown[] = [];
  for (let at = 0; at < order.length; at++) out.push(items[order[at] as number]);
  return out;
}

function byKeys(
  items: unknown[],
  keys: readonly unknown[][],
  { terms, position }: { terms: readonly Term[]; position: number },
): unknown[] {
  let hasNaN = false;
  // Further terms are asked for where the ones before leave it open.
  const keyOf = (at: number, item: number): unknown => {
    const column = keys[at] as unknown[];
    if (column[item] === unknown) column[item] = (terms[at] as Term).value(items[item]);
    if (Number.isNaN(column[item])) hasNaN = true;
    return column[item];
  };
  const compare = (a: number, b: number): number => {
    for (let at = 0; at < terms.length; at++) {
      const [left, right] = [keyOf(at, a), keyOf(at, b)];
      const result = compareKeys(left, right, position);
      // What is missing is last in either direction.
      if (result !== 0) return Math.abs(result) === 1 && (terms[at] as Term).isDescending ? -result : result;
    }
    return 0;
  };
  const order = Array.from(numbersTo(items.length));
  // NaN is neither before nor after anything: then the order depends on which items are compared.
  const sorted = order.toSorted(compare);
  if (!hasNaN) return taken(items, sorted);
  const isAfter = (a: unknown, b: unknown): boolean => [1, 2].includes(compare(a as number, b as number));
  return taken(items, mergeSorted(order, isAfter) as number[]);
}

const isKey = (key: unknown): boolean => typeof key === "string" || typeof key === "number";

/** -1, 0 or 1; 2 or -2 where one is missing. */
function compareKeys(a: unknown, b: unknown, position: number): number {
  if (a === undefined) return b === undefined ? 0 : 2;
  if (b === undefined) return -2;
  if (!isKey(a) || !isKey(b)) raise("T2008", { position, value: isKey(a) ? b : a });
  if (typeof a !== typeof b) raise("T2007", { position, value: a, value2: b });
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1;
}
