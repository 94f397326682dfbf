// Built-in functions of objects and of any value.
import type { Case } from "./case.ts";

const device = { id: "v-1", state: { open: 40, battery: 3.6 }, list: [{ a: 1 }, { b: 2, a: 3 }], nothing: null };

export const functionsOfObjects: readonly Case[] = [
  { name: "keys", data: device, expr: "$keys(state)", result: ["open", "battery"] },
  { name: "keys of one field give no list", data: device, expr: '$keys({"a": 1})', result: "a" },
  { name: "keys of a list of objects", data: device, expr: "$keys(list)", result: ["a", "b"] },
  { name: "keys of what has none", data: device, expr: '[$keys({}), $keys("text"), $keys(5)]', result: [] },
  { name: "lookup", data: device, expr: '[$lookup(state, "open"), $lookup(list, "a")]', result: [40, 1, 3] },
  { name: "lookup of what is missing", data: device, expr: '$lookup(state, "closed")', result: undefined },
  {
    name: "lookup of inherited names",
    data: device,
    expr: '[$lookup(state, "constructor"), $lookup(state, "__proto__")]',
    result: [],
  },
  {
    name: "merge",
    data: device,
    expr: '$merge([state, {"open": 50, "new": true}])',
    result: { open: 50, battery: 3.6, new: true },
  },
  { name: "merge of one object", data: device, expr: "$merge(state)", result: { open: 40, battery: 3.6 } },
  { name: "merge of nothing", data: device, expr: "[$merge([]), $exists($merge(missing))]", result: [{}, false] },
  { name: "spread", data: device, expr: "$spread(state)", result: [{ open: 40 }, { battery: 3.6 }] },
  { name: "spread of a list", data: device, expr: "$spread(list)", result: [{ a: 1 }, { b: 2 }, { a: 3 }] },
  { name: "spread of a text", data: device, expr: '$spread("text")', result: "text" },
  {
    name: "exists",
    data: device,
    expr: "[$exists(state), $exists(missing), $exists(nothing), $exists([]), $exists($sum), $exists($nobody)]",
    result: [true, false, true, true, true, false],
  },
  {
    name: "type",
    data: device,
    expr: '[$type(1), $type("a"), $type(true), $type(null), $type([]), $type({}), $type($sum), $type(function() { 1 })]',
    result: ["number", "string", "boolean", "null", "array", "object", "function", "function"],
  },
  { name: "type of nothing", data: device, expr: "$type(missing)", result: undefined },
  {
    name: "boolean and not",
    data: device,
    expr: '[$boolean({}), $boolean({"a": 0}), $not(null), $not("a"), $boolean($sum)]',
    result: [false, true, true, false, false],
  },
  { name: "not of nothing", data: device, expr: "$not(missing)", result: undefined },
  { name: "clone", data: device, expr: "$clone(state)", result: { open: 40, battery: 3.6 } },
  { name: "an assertion that holds", data: device, expr: '$assert(state.open = 40, "closed")', result: undefined },
  {
    name: "an object turned around",
    data: device,
    expr: "$merge($each(state, function($v, $k) { {$string($v): $k} }))",
    result: { "40": "open", "3.6": "battery" },
  },
  {
    name: "fields that hold numbers",
    data: device,
    expr: '$sift(function($v) { $type($v) = "text" ? false : $type($v) = "string" })',
    result: { id: "v-1" },
  },
];
