import { budget } from "../runtime/budget.ts";
import { raise } from "../runtime/raise.ts";
import { asSequence, isObject, put, type Dictionary } from "../runtime/values.ts";
import { builtIn, checked, type BuiltIn } from "./define.ts";

/** A sequence of the names of an object's fields, or of those of all objects in an array, each once. */
function keys(value: unknown): unknown {
  if (isObject(value)) return asSequence(Object.keys(value));
  if (!Array.isArray(value)) return asSequence([]);
  const names = Object.create(null) as Dictionary;
  addNames(value, names);
  return asSequence(Object.keys(names));
}

function addNames(array: unknown[], names: Dictionary): void {
  let last: string[] = [];
  for (let index = 0; index < array.length; index++) {
    if (--budget.turns < 0) budget.look();
    const item = array[index];
    if (Array.isArray(item)) addNames(item, names);
    else if (isObject(item)) {
      const own = Object.keys(item);
      // Objects of an array mostly have the same fields.
      if (areSame(own, last)) continue;
      for (const name of own) names[name] = true;
      last = own;
    }
  }
}

function areSame(left: string[], right: string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** Fields of that name: of an object its value, of an array a sequence of those of its items. */
function lookup(value: unknown, key: unknown): unknown {
  if (isObject(value)) return Object.hasOwn(value, key as string) ? value[key as string] : undefined;
  if (!Array.isArray(value)) return undefined;
  const found: unknown[] = [];
  addFound(value, key as string, found);
  budget.items(found.length);
  return asSequence(found);
}

function addFound(array: unknown[], key: string, found: unknown[]): void {
  for (let index = 0; index < array.length; index++) {
    if (--budget.turns < 0) budget.look();
    const item = array[index];
    if (!isObject(item)) {
      if (Array.isArray(item)) addFound(item, key, found);
      continue;
    }
    if (!Object.hasOwn(item, key)) continue;
    const field = item[key];
    if (Array.isArray(field)) addAll(field, found);
    else if (field !== undefined) found.push(field);
  }
}

/** Objects of one field each. What is no object stays as it is. */
function spread(value: unknown): unknown {
  if (isObject(value)) return asSequence(addSpread(value, []));
  if (!Array.isArray(value)) return value;
  const result: unknown[] = [];
  let isKept = true;
  for (let index = 0; index < value.length; index++) {
    if (--budget.turns < 0) budget.look();
    const item = value[index];
    if (item === undefined) continue;
    isKept = false;
    if (isObject(item)) addSpread(item, result);
    else if (!Array.isArray(item)) result.push(item);
    else addAll(spread(item) as unknown[], result);
    budget.items(result.length);
  }
  // Adding to a sequence makes a plain array of it.
  return isKept ? asSequence(result) : result;
}

function addSpread(object: Dictionary, result: unknown[]): unknown[] {
  for (const key of Object.keys(object)) {
    const single: Dictionary = {};
    put(single, key, object[key]);
    result.push(single);
  }
  return result;
}

function addAll(items: unknown[], result: unknown[]): void {
  for (let index = 0; index < items.length; index++) result.push(items[index]);
  budget.items(result.length);
}

/** One object with the fields of all; of the same field the last. Undefined when something in the array is no object. */
function mergeObjects(objects: unknown[]): Dictionary | undefined {
  const result: Dictionary = {};
  for (let index = 0; index < objects.length; index++) {
    if (--budget.turns < 0) budget.look();
    const object = objects[index];
    if (!isObject(object)) return undefined;
    for (const key in object) if (Object.hasOwn(object, key)) put(result, key, object[key]);
  }
  return result;
}

function merge(value: unknown): unknown {
  if (value === undefined) return undefined;
  const result = Array.isArray(value) ? mergeObjects(value) : undefined;
  return result ?? raise("T0412", { value, index: 1, type: "objects" });
}

const slowLookup = checked("lookup", lookup);
const slowMerge = checked("merge", merge);

export const objects: readonly BuiltIn[] = [
  builtIn("keys", { gives: "any", run: keys, direct: { 0: (context) => keys(context), 1: (value) => keys(value) } }),
  builtIn("lookup", {
    gives: "any",
    run: lookup,
    checked: slowLookup,
    direct: {
      2: (value, key, context) => (typeof key === "string" ? lookup(value, key) : slowLookup(context, value, key)),
    },
  }),
  builtIn("spread", {
    gives: "any",
    run: spread,
    direct: { 0: (context) => spread(context), 1: (value) => spread(value) },
  }),
  builtIn("merge", {
    gives: "any",
    run: merge,
    checked: slowMerge,
    direct: {
      1: (value, context) => {
        if (Array.isArray(value)) return mergeObjects(value) ?? slowMerge(context, value);
        return isObject(value) ? mergeObjects([value]) : slowMerge(context, value);
      },
    },
  }),
];
