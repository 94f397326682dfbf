// What is in square brackets behind a value: a number, several numbers, or a condition.
import { truthOf } from "../functions/logic.ts";
import { raise } from "./raise.ts";

/** `x[2]`, `x[-1]`: an item by number, of what is no array the value itself. */
export function pick(value: unknown, index: number): unknown {
  if (!Array.isArray(value)) return index === 0 || index === -1 ? value : undefined;
  return value[index < 0 ? value.length + index : index] as unknown;
}

function isNumber(value: unknown): value is number {
  if (value === Infinity || value === -Infinity) raise("D1001", { value });
  return typeof value === "number" && value === value;
}

/** How often a predicate's value that may be a number, or several, selects the item at this place. */
export function selects(predicate: unknown, index: number, length: number): number {
  if (isNumber(predicate)) return isAt(predicate, index, length) ? 1 : 0;
  if (!Array.isArray(predicate) || !predicate.every((item) => isNumber(item))) return truthOf(predicate) ? 1 : 0;
  return predicate.filter((item: number) => isAt(item, index, length)).length;
}

function isAt(wanted: number, index: number, length: number): boolean {
  const whole = Math.floor(wanted);
  return (whole < 0 ? length + whole : whole) === index;
}

/** The items of a value at some places, in their own order; a place that is wanted twice gives its item twice. */
export function itemsAt(value: unknown, wanted: readonly number[]): unknown[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const places: number[] = [];
  for (const index of wanted) {
    const at = index < 0 ? items.length + index : index;
    if (at >= 0 && at < items.length) places.push(at);
  }
  places.sort((a, b) => a - b);
  const out: unknown[] = [];
  for (const at of places) out.push(items[at]);
  return out;
}
