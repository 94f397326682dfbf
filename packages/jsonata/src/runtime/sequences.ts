// Ends of steps: what becomes of the items they gathered.
import { budget } from "./budget.ts";
import { isConstructed, keep, keeping } from "./paths.ts";
import { asSequence, collapse, isSequence, marksOf, settle } from "./values.ts";

/** A list that is not there. */
export const none: readonly unknown[] = Object.freeze([]);

/** A sequence, within the limit, as the value of its node. */
export function settleCounted(items: unknown[]): unknown {
  if (items.length > budget.limits.sequence) budget.items(items.length);
  return settle(items);
}

/** A sequence, within the limit, as it is. */
export function asCounted(items: unknown[]): unknown[] {
  budget.items(items.length);
  return asSequence(items);
}

/** The value of a path that ends with a sort: an array, unless there was nothing to sort. */
export function settleSorted(items: unknown[]): unknown {
  return items.length < 2 && marksOf(items) === 0 ? settle(items) : collapse(items);
}

/** A sequence, within the limit, that stays an array. */
export function keepCounted(items: unknown[]): unknown {
  budget.items(items.length);
  return items.length === 0 ? undefined : keeping(items);
}

export function keepSorted(items: unknown[]): unknown {
  return items.length < 2 ? (items.length === 0 ? undefined : keeping(items)) : items;
}

/** The items a grouping takes from the results of a last step. */
export const lastItems = (items: unknown[], count: number, only: unknown): unknown[] =>
  count === 1 && Array.isArray(only) && !isSequence(only) ? only : items;

/** The same for a path with `[]`, where a list made at its end is one item. */
export function lastItemsKept(items: unknown[], count: number, only: unknown): unknown[] {
  const kept = lastItems(items, count, only);
  return kept === only && isConstructed(kept) ? [kept] : kept;
}

/** An item picked by number as the list a following predicate filters. */
export function asItems(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** `f(x)[]`: a sequence of one stays an array. */
export const collapseKept = (value: unknown): unknown => collapse(keep(value));

/** `x[0][]`: an item picked by number is a list of one; an array is as it is. */
export function keepPicked(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : keeping([value]);
}
