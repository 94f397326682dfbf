// Reading a field of all items of a list. Its loop is generated too, for one field name at a time, because reading a field
// that is only known by a variable is much slower; but only when a list turns up, which for most paths is never.
import { budget } from "../runtime/budget.ts";
import { flatten, lookup, settleLast, type Field } from "../runtime/paths.ts";
import { read } from "./code.ts";

type ReadList = (list: unknown[]) => unknown;

/** The value of a path whose last step takes this field from the items of a list. */
export function listReader(field: Field): ReadList {
  let made: ReadList | undefined;
  return (list) => (made ??= makeReader(field))(list);
}

const helpers = { budget, flatten, lookup, settleLast, hasOwn: Object.hasOwn };

function makeReader(field: Field): ReadList {
  const source = `"use strict";
const { budget, flatten, lookup, settleLast, hasOwn } = helpers;
return (list) => {
  budget.spend(list.length);
  const out = [];
  let count = 0;
  let only;
  for (let i = 0; i < list.length; i++) {
    const x = list[i];
    const value = typeof x === "object" && x !== null && !Array.isArray(x) ? ${read("x", field.key)} : lookup(x, field);
    if (value === undefined) continue;
    count++;
    if (typeof value === "object") {
      only = value;
      flatten(out, value);
    } else {
      only = undefined;
      out.push(value);
    }
  }
  return settleLast(out, count, only);
};`;
  // The name of the field is the only thing in it that is not fixed, and it is quoted.
  // oxlint-disable-next-line typescript/no-implied-eval -- this is what a compiler does
  return (new Function("helpers", "field", source) as (...given: unknown[]) => ReadList)(helpers, field);
}
