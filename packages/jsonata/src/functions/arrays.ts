import { budget } from "../runtime/budget.ts";
import { raise } from "../runtime/raise.ts";
import { isSequence, asSequence, type Fn } from "../runtime/values.ts";
import { chargeItems } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn, type Checked } from "./define.ts";
import { distinctItems } from "./distinct.ts";
import { sortBy, sortPlain } from "./sort.ts";

function append(first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const size = (Array.isArray(first) ? first.length : 1) + (Array.isArray(second) ? second.length : 1);
  budget.items(size);
  chargeItems(size);
  // A plain array in any case: marks are left behind.
  const result: unknown[] = Array.isArray(first) ? first.slice() : [first];
  if (!Array.isArray(second)) result.push(second);
  else if (second.length > fewItems) return result.concat(second);
  else for (let index = 0; index < second.length; index++) result.push(second[index]);
  return result;
}

/** So many are added one by one faster than by the engine's own concat. */
const fewItems = 50;

function reverse(items: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) return viaReference("reverse", [items]);
  const { length } = items;
  if (length <= 1) return items;
  chargeItems(length);
  return items.slice().reverse();
}

function shuffle(items: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) return viaReference("shuffle", [items]);
  if (items.length <= 1) return items;
  chargeItems(items.length);
  const result = items.slice();
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    const item: unknown = result[index];
    result[index] = result[other];
    result[other] = item;
  }
  return result;
}

function distinct(items: unknown): unknown {
  if (!Array.isArray(items) || items.length <= 1) return items;
  const result = distinctItems(items);
  return isSequence(items) ? asSequence(result) : result;
}

function zip(...columns: unknown[]): unknown {
  let shortest = Infinity;
  for (const column of columns) shortest = Math.min(shortest, Array.isArray(column) ? column.length : 0);
  if (columns.length === 0) raise("T0410", { index: 1 });
  budget.items(shortest * columns.length);
  budget.spend(shortest * columns.length);
  const result: unknown[] = [];
  for (let index = 0; index < shortest; index++) result.push(columns.map((column) => (column as unknown[])[index]));
  return result;
}

function sort(items: unknown, comparator: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) raise("D3070", { index: 1 });
  if (items.length <= 1) return items;
  if (comparator !== undefined) return sortBy(items, comparator as Fn);
  return sortPlain(items) ?? raise("D3070", { index: 1 });
}

/** For a function of one array: an array and undefined need no check. */
const ofArray = (run: Fn, slow: Checked): Record<number, Fn> => ({
  1: (items, context) => (Array.isArray(items) || items === undefined ? run(items) : slow(context, items)),
});

const [slowReverse, slowShuffle] = [checked("reverse", reverse), checked("shuffle", shuffle)];
const [slowSort, slowZip] = [checked("sort", sort), checked("zip", zip)];

export const arrays: readonly BuiltIn[] = [
  builtIn("append", { gives: "any", run: append, direct: { 2: (first, second) => append(first, second) } }),
  builtIn("reverse", { gives: "any", run: reverse, checked: slowReverse, direct: ofArray(reverse, slowReverse) }),
  builtIn("shuffle", { gives: "any", run: shuffle, checked: slowShuffle, direct: ofArray(shuffle, slowShuffle) }),
  builtIn("distinct", { gives: "any", run: distinct, direct: { 1: (items) => distinct(items) } }),
  builtIn("zip", {
    gives: "array",
    run: zip,
    checked: slowZip,
    direct: {
      2: (first, second, context) =>
        Array.isArray(first) && Array.isArray(second) ? zip(first, second) : slowZip(context, first, second),
    },
  }),
  builtIn("sort", {
    gives: "any",
    run: sort,
    checked: slowSort,
    direct: {
      1: (items, context) =>
        Array.isArray(items) || items === undefined ? sort(items, undefined) : slowSort(context, items),
      2: (items, comparator, context) =>
        Array.isArray(items) && typeof comparator === "function"
          ? sort(items, comparator)
          : slowSort(context, items, comparator),
    },
  }),
];
