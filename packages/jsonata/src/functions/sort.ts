import { budget } from "../runtime/budget.ts";
import { raise } from "../runtime/raise.ts";
import { underWatchdog } from "../runtime/watchdog.ts";
import type { Fn } from "../runtime/values.ts";
import { call2 } from "./callback.ts";
import { chargeItems } from "./charge.ts";

/** The order of the reference: by UTF-16 units. */
const byUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** From here on sorting a typed array and copying it back is faster. It would move -0 before 0, which are equal here. */
const manyNumbers = 150;
/** So many are sorted by insertion. */
const fewNumbers = 8;

/**
 * Numbers or texts in ascending order, in a new array; undefined when the array holds anything else or both.
 * @throws D1001 for an infinite number
 */
export function sortPlain(items: unknown[]): unknown[] | undefined {
  const { length } = items;
  budget.spend(length >> 1);
  if (typeof items[0] === "string") {
    for (let index = 1; index < length; index++) if (typeof items[index] !== "string") return refuseInfinite(items);
    return watched(length, manyTexts, () => (items as string[]).slice().sort(byUnits));
  }
  let hasNegativeZero = false;
  for (let index = 0; index < length; index++) {
    const item = items[index];
    if (typeof item !== "number" || item - item !== 0) return refuseInfinite(items);
    if (item === 0 && 1 / item < 0) hasNegativeZero = true;
  }
  const numbers = items as number[];
  if (length < manyNumbers || hasNegativeZero) return watched(length, manyTexts, () => sortNumbers(numbers));
  return watched(length, manyTypedNumbers, () => Array.from(new Float64Array(numbers).sort()));
}

/** So many take milliseconds, and the engine's own sort meets no limit of ours. */
const manyTexts = 2000;
const manyTypedNumbers = 20_000;

const watched = <T>(length: number, most: number, work: () => T): T =>
  length < most ? work() : underWatchdog(work, budget.remainingMs());

/** Stable merge sort without a comparator to call. */
function sortNumbers(numbers: number[]): number[] {
  const { length } = numbers;
  let from = numbers.slice();
  let to = numbers.slice();
  for (let start = 0; start < length; start += fewNumbers) insert(from, start, Math.min(start + fewNumbers, length));
  for (let width = fewNumbers; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) merge(from, to, { start, width });
    [from, to] = [to, from];
  }
  return from;
}

function insert(numbers: number[], start: number, end: number): void {
  for (let next = start + 1; next < end; next++) {
    const value = numbers[next] as number;
    let index = next - 1;
    for (; index >= start && (numbers[index] as number) > value; index--) numbers[index + 1] = numbers[index] as number;
    numbers[index + 1] = value;
  }
}

function merge(from: number[], to: number[], { start, width }: { start: number; width: number }): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  let next = start;
  while (left < middle && right < end) {
    to[next++] = ((from[right] as number) < (from[left] as number) ? from[right++] : from[left++]) as number;
  }
  while (left < middle) to[next++] = from[left++] as number;
  while (right < end) to[next++] = from[right++] as number;
}

function refuseInfinite(items: unknown[]): undefined {
  for (const item of items) {
    if (typeof item === "number" && item - item !== 0 && item === item) raise("D1001", { value: item });
  }
}

/** Stable merge sort. Which items are compared, and in what order, is seen by the comparator, so it is the reference's. */
export function sortBy(items: unknown[], comparator: Fn): unknown[] {
  chargeItems(items.length);
  const result = items.slice();
  mergeSort({ items: result, spare: items.slice(), comparator }, 0, result.length);
  return result;
}

interface Sorting {
  items: unknown[];
  spare: unknown[];
  comparator: Fn;
}

function mergeSort(sorting: Sorting, from: number, to: number): void {
  if (to - from <= 1) return;
  const middle = from + Math.floor((to - from) / 2);
  mergeSort(sorting, from, middle);
  mergeSort(sorting, middle, to);
  const { items, spare, comparator } = sorting;
  for (let index = from; index < to; index++) spare[index] = items[index];
  let left = from;
  let right = middle;
  let next = from;
  while (left < middle && right < to) {
    // Whatever JavaScript takes for true puts the right one first.
    items[next++] = call2(comparator, spare[left], spare[right]) ? spare[right++] : spare[left++];
  }
  while (left < middle) items[next++] = spare[left++];
  while (right < to) items[next++] = spare[right++];
}
