// Streams of tuples: paths with `@$name`, `#$name` or `%`. A tuple is an item (under "@") with the names bound on the way
// to it: variables, positions, and under labels of the parser the items it came from. Generated code puts `$` in front of
// all names, so that none is one that objects inherit.
import { budget } from "./budget.ts";
import { charge, keyOf, weigh } from "./containers.ts";
import { selects } from "./predicates.ts";
import { raise } from "./raise.ts";
import { MARK, marksOf, put, settle, type Dictionary, type Marked } from "./values.ts";

const TUPLES = 16;

export type Tuple = Record<string, unknown>;
/** Something evaluated for an item and the names of its tuple. */
export type OfTuple = (item: unknown, tuple: Tuple) => unknown;

const nameless: Tuple = Object.freeze({});

const isStream = (value: unknown): value is Tuple[] => Array.isArray(value) && (marksOf(value) & TUPLES) !== 0;

function stream(): Tuple[] {
  const tuples: Tuple[] = [];
  (tuples as Marked)[MARK] = TUPLES;
  return tuples;
}

const tuple = (names: Tuple | undefined, item: unknown): Tuple => ({ ...names, "@": item });

/** The items a path starts from. */
export const listOf = (value: unknown, isWhole: boolean): unknown[] =>
  Array.isArray(value) && !isWhole ? value : [value];

/** The items a path starts from as tuples without names. */
export function tuplesOf(value: unknown, isWhole: boolean): Tuple[] {
  const result = stream();
  for (const item of listOf(value, isWhole)) result.push(tuple(undefined, item));
  return result;
}

/** The steps before those that bind gave nothing: the path ends there, and is no stream. */
const isOver = (tuples: readonly Tuple[]): boolean => tuples.length === 0 && !isStream(tuples);

/** The items of steps that bind nothing, as tuples without names. */
export const tuplesOfItems = (items: unknown[]): Tuple[] => (items.length === 0 ? [] : tuplesOf(items, false));

/** A stream as the value of a path inside of another one. */
export const innerStream = (tuples: Tuple[]): Tuple[] | undefined => (isOver(tuples) ? undefined : tuples);

export interface TupleNames {
  readonly focus?: string;
  readonly index?: string;
  readonly ancestor?: string;
}

/** One step: the results for each tuple, with what it binds. */
export function tupleStep(tuples: Tuple[], value: OfTuple, { focus, index, ancestor }: TupleNames): Tuple[] {
  if (isOver(tuples)) return tuples;
  const result = stream();
  for (const from of tuples) {
    const found = value(from["@"], from);
    if (found === undefined) continue;
    const items: readonly unknown[] = Array.isArray(found) ? found : [found];
    budget.spend(items.length);
    budget.items(result.length + items.length);
    const isInner = isStream(found);
    for (let at = 0; at < items.length; at++) {
      const item = items[at];
      const made = { ...from };
      result.push(made);
      if (isInner) {
        Object.assign(made, item);
        continue;
      }
      if (focus === undefined) made["@"] = item;
      else made[focus] = item;
      if (index !== undefined) made[index] = at;
      if (ancestor !== undefined) made[ancestor] = from["@"];
    }
  }
  return result;
}

/** A predicate over a stream. Once sorted, a stream is to the reference an array of its tuples. */
export function tupleFilter(tuples: Tuple[], predicate: OfTuple): Tuple[] {
  if (isOver(tuples)) return tuples;
  const result = stream();
  const isTuples = isStream(tuples);
  if (!isTuples) (result as Marked)[MARK] = 0;
  budget.spend(tuples.length);
  for (const [at, item] of tuples.entries()) {
    const test = isTuples ? predicate(item["@"], item) : predicate(item, nameless);
    for (let times = selects(test, at, tuples.length); times > 0; times--) result.push(item);
  }
  return result;
}

/** `[2]` over a stream. */
export function tuplePick(tuples: Tuple[], index: number): Tuple[] {
  if (isOver(tuples)) return tuples;
  const result = stream();
  const item = tuples[index < 0 ? tuples.length + index : index];
  if (item !== undefined) result.push(item);
  return result;
}

/** Numbers the tuples of a stream. */
export function tupleIndex(tuples: Tuple[], name: string): Tuple[] {
  for (const [at, item] of tuples.entries()) item[name] = at;
  return tuples;
}

/** The first step that binds is a sort: its position is in the order. */
export function tuplesOfSorted(items: readonly unknown[], index: string): Tuple[] {
  const result = stream();
  for (const [at, item] of items.entries()) {
    const made = tuple(undefined, item);
    made[index] = at;
    result.push(made);
  }
  return result;
}

/** What the path gives: the items alone. */
export const tupleItems = (tuples: readonly Tuple[]): unknown[] => tuples.map((one) => one["@"]);

export interface TuplePair {
  readonly key: OfTuple;
  readonly value: OfTuple;
}

/** `{key: value}` over a stream: names of the tuples of a group are laid end to end like their items. */
export function groupTuples(tuples: readonly Tuple[], pairs: readonly TuplePair[], position: number): Dictionary {
  const isTuples = isStream(tuples);
  const slots = new Map<string, { pair: number; members: Tuple[] }>();
  const all: readonly (Tuple | undefined)[] = tuples.length === 0 && !isTuples ? [undefined] : tuples;
  for (const item of all) {
    for (const [at, pair] of pairs.entries()) {
      const found = isTuples && item !== undefined ? pair.key(item["@"], item) : pair.key(item, nameless);
      const key = keyOf(found, position);
      if (key === undefined) continue;
      const slot = slots.get(key);
      if (slot === undefined) slots.set(key, { pair: at, members: [item as Tuple] });
      else if (slot.pair !== at) raise("D1009", { position, value: key });
      else slot.members.push(item as Tuple);
    }
  }
  const result: Dictionary = {};
  // The reference takes the item out of a tuple that is alone in its group, and finds none there for the next key.
  const emptied = new Set<Tuple>();
  for (const [key, { pair, members }] of inOrder(slots)) {
    const { value } = pairs[pair] as TuplePair;
    const merged = isTuples ? merge(members.map((one) => (emptied.has(one) ? withoutItem(one) : one))) : nameless;
    if (isTuples && members.length === 1) emptied.add(members[0] as Tuple);
    const found = isTuples ? value(merged["@"], merged) : value(oneOrAll(members), nameless);
    if (found === undefined) continue;
    charge(key.length + weigh(found));
    put(result, key, found);
  }
  return result;
}

function withoutItem(one: Tuple): Tuple {
  const names = { ...one };
  delete names["@"];
  return names;
}

/** Keys as an object has them: those that are whole numbers first. */
function inOrder<T>(slots: ReadonlyMap<string, T>): [string, T][] {
  const order = Object.keys(Object.fromEntries(slots));
  return order.map((key) => [key, slots.get(key) as T]);
}

const oneOrAll = (members: readonly unknown[]): unknown => (members.length === 1 ? members[0] : members);

function merge(members: readonly Tuple[]): Tuple {
  const [first, ...rest] = members;
  const result: Tuple = { ...first };
  for (const member of rest) {
    for (const name of Object.keys(member)) result[name] = appended(result[name], member[name]);
  }
  return result;
}

function appended(left: unknown, right: unknown): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const list: unknown[] = Array.isArray(left) ? left : [left];
  return list.concat(right);
}

/** A sort's term for the tuples of a stream. */
export const ofTuple = (term: OfTuple) => (item: unknown) => term((item as Tuple)["@"], item as Tuple);

/** A term of an order-by as a function of a tuple, which it sees as an object: its item under "@", and what is bound by its names. */
export const ofShown = (term: (shown: unknown) => unknown) => (item: unknown) => {
  const shown = new Map(Object.entries(item as Tuple).map(([name, value]) => [name.replace(/^\$/, ""), value]));
  return term(Object.fromEntries(shown));
};

/** A predicate on a value that may be a stream: `(path)[predicate]` where the path looks for its parents. */
export function filterAny(value: unknown, predicate: OfTuple): unknown {
  if (isStream(value)) return tupleFilter(value, predicate);
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const kept: unknown[] = [];
  for (const [at, item] of items.entries()) {
    for (let times = selects(predicate(item, nameless), at, items.length); times > 0; times--) kept.push(item);
  }
  return settle(kept);
}
