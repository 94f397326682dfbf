// `*` and `**`.
import { budget } from "./budget.ts";
import { asSequence, settle } from "./values.ts";

/** `*` */
export function wildcard(value: unknown): unknown[] {
  const out: unknown[] = [];
  if (typeof value !== "object" || value === null) return asSequence(out);
  let isPlain = false;
  const inner = Object.values(value);
  budget.spend(inner.length);
  for (const item of inner) {
    if (Array.isArray(item)) {
      isPlain = true;
      flattenDeeply(item, out);
    } else out.push(item);
  }
  budget.items(out.length);
  // The reference appends arrays, which makes an array of what was a sequence.
  return isPlain ? out : asSequence(out);
}

function flattenDeeply(array: unknown[], out: unknown[]): void {
  budget.spend(array.length);
  for (const item of array) {
    if (Array.isArray(item)) flattenDeeply(item, out);
    else out.push(item);
  }
}

/** `**` */
export function descendants(value: unknown): unknown {
  if (value === undefined) return undefined;
  const out: unknown[] = [];
  descend(value, out);
  budget.items(out.length);
  return settle(out);
}

function descend(value: unknown, out: unknown[]): void {
  if (--budget.turns < 0) budget.look();
  if (!Array.isArray(value)) out.push(value);
  if (typeof value !== "object" || value === null) return;
  for (const item of Array.isArray(value) ? value : Object.values(value)) descend(item, out);
}
