// Functions that call back. Which arguments a callback gets depends on how many it takes: see callback.ts. The two used
// most have their loops here, so that the number is asked for once.
import { budget } from "../runtime/budget.ts";
import { arityOf, follow, Tail } from "../runtime/call.ts";
import { raise } from "../runtime/raise.ts";
import { asSequence, isObject, put, type Dictionary, type Fn } from "../runtime/values.ts";
import { call2, callBack } from "./callback.ts";
import { builtIn, checked, type BuiltIn } from "./define.ts";
import { truthOf } from "./logic.ts";

const isFunction = (value: unknown): value is Fn => typeof value === "function";

/** Called without a check, by partial application, with what cannot be worked on: an error without a code there too. */
function refuse(value: unknown): never {
  throw new TypeError(`unexpected ${typeof value}`);
}

function mapItems(items: unknown[], fn: Fn): unknown[] {
  const arity = arityOf(fn);
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (--budget.turns < 0) budget.look();
    const item = items[index];
    let result =
      arity < 2 ? fn.call(null, item) : arity === 2 ? fn.call(null, item, index) : fn.call(null, item, index, items);
    if (result instanceof Tail) result = follow(result);
    if (result !== undefined) results.push(result);
  }
  budget.items(results.length);
  return asSequence(results);
}

function filterItems(items: unknown[], fn: Fn): unknown[] {
  const arity = arityOf(fn);
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (--budget.turns < 0) budget.look();
    const item = items[index];
    let result =
      arity < 2 ? fn.call(null, item) : arity === 2 ? fn.call(null, item, index) : fn.call(null, item, index, items);
    if (result instanceof Tail) result = follow(result);
    if (result === true || (result !== false && truthOf(result))) results.push(item);
  }
  budget.items(results.length);
  return asSequence(results);
}

function single(items: unknown, fn: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) refuse(items);
  let found: unknown;
  let hasFound = false;
  for (let index = 0; index < items.length; index++) {
    const item: unknown = items[index];
    if (fn !== undefined && !truthOf(callBack(fn as Fn, item, index, items))) continue;
    if (hasFound) raise("D3138", { index });
    found = item;
    hasFound = true;
  }
  if (!hasFound) raise("D3139");
  return found;
}

function reduce(items: unknown, fn: unknown, initial: unknown): unknown {
  if (items === undefined) return undefined;
  const arity = isFunction(fn) ? arityOf(fn) : 0;
  if (arity < 2) raise("D3050", { index: 1 });
  if (!Array.isArray(items)) refuse(items);
  const isFirstInitial = initial === undefined && items.length > 0;
  let result = isFirstInitial ? (items[0] as unknown) : initial;
  for (let index = isFirstInitial ? 1 : 0; index < items.length; index++) {
    result =
      arity === 2
        ? call2(fn as Fn, result, items[index])
        : fold(fn as Fn, [result, items[index], index, items].slice(0, arity));
  }
  return result;
}

function fold(fn: Fn, args: unknown[]): unknown {
  if (--budget.turns < 0) budget.look();
  const result = fn.apply(null, args);
  return result instanceof Tail ? follow(result) : result;
}

function each(object: unknown, fn: unknown): unknown {
  const results: unknown[] = [];
  if (typeof object === "object" && object !== null) {
    for (const key of Object.keys(object)) {
      const result = callBack(fn as Fn, (object as Dictionary)[key], key, object);
      if (result !== undefined) results.push(result);
    }
  }
  budget.items(results.length);
  return asSequence(results);
}

function sift(object: unknown, fn: unknown): unknown {
  if (typeof object !== "object" || object === null) return undefined;
  let result: Dictionary | undefined;
  for (const key of Object.keys(object)) {
    if (!isFunction(fn)) refuse(fn);
    const value = (object as Dictionary)[key];
    if (truthOf(callBack(fn, value, key, object))) put((result ??= {}), key, value);
  }
  return result;
}

/** $map and $filter: of an array, or of one value. */
function overItems(name: string, run: (items: unknown[], fn: Fn) => unknown[]): BuiltIn {
  const general = (items: unknown, fn: unknown): unknown => {
    if (items === undefined) return undefined;
    return Array.isArray(items) && isFunction(fn) ? run(items, fn) : refuse(items);
  };
  const slow = checked(name, general);
  const direct = (items: unknown, fn: unknown, context: unknown): unknown => {
    if (!isFunction(fn)) return slow(context, items, fn);
    if (Array.isArray(items)) return run(items, fn);
    return items === undefined ? undefined : run([items], fn);
  };
  return builtIn(name, { gives: "any", run: general, checked: slow, direct: { 2: direct } });
}

/** $each and $sift: of an object, which is the context when it is not written. */
function overFields(name: string, run: Fn): BuiltIn {
  const slow = checked(name, run);
  const direct = {
    1: (fn: unknown, context: unknown) => (isFunction(fn) && isObject(context) ? run(context, fn) : slow(context, fn)),
    2: (object: unknown, fn: unknown, context: unknown) =>
      isFunction(fn) && (isObject(object) || object === undefined) ? run(object, fn) : slow(context, object, fn),
  };
  return builtIn(name, { gives: "any", run, checked: slow, direct });
}

const [slowSingle, slowReduce] = [checked("single", single), checked("reduce", reduce)];

export const higherOrder: readonly BuiltIn[] = [
  overItems("map", mapItems),
  overItems("filter", filterItems),
  overFields("each", each),
  overFields("sift", sift),
  builtIn("single", {
    gives: "any",
    run: single,
    checked: slowSingle,
    direct: {
      1: (items, context) => (Array.isArray(items) ? single(items, undefined) : slowSingle(context, items)),
      2: (items, fn, context) =>
        Array.isArray(items) && isFunction(fn) ? single(items, fn) : slowSingle(context, items, fn),
    },
  }),
  builtIn("reduce", {
    gives: "any",
    run: reduce,
    checked: slowReduce,
    direct: {
      2: (items, fn, context) =>
        Array.isArray(items) && isFunction(fn) ? reduce(items, fn, undefined) : slowReduce(context, items, fn),
      3: (items, fn, initial, context) =>
        Array.isArray(items) && isFunction(fn) && !isFunction(initial)
          ? reduce(items, fn, initial)
          : slowReduce(context, items, fn, initial),
    },
  }),
];
