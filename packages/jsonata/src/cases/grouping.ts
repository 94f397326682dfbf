// Grouping: `list{key: value}`.
import type { Case } from "./case.ts";

const meter = {
  readings: [{ s: "a", v: 1, q: true }, { s: "b", v: 2, q: false }, { s: "a", v: 3, q: true }, { v: 4 }],
  none: [],
  one: { s: "x", v: 9 },
};

export const grouping: readonly Case[] = [
  { name: "values by key", data: meter, expr: "readings{s: v}", result: { a: [1, 3], b: 2 } },
  { name: "an aggregate by key", data: meter, expr: "readings{s: $sum(v)}", result: { a: 4, b: 2 } },
  {
    name: "an object by key",
    data: meter,
    expr: 'readings{s: {"n": $count(v), "max": $max(v)}}',
    result: { a: { n: 2, max: 3 }, b: { n: 1, max: 2 } },
  },
  {
    name: "whole items by key",
    data: meter,
    expr: "readings{s: $}",
    result: {
      a: [
        { s: "a", v: 1, q: true },
        { s: "a", v: 3, q: true },
      ],
      b: { s: "b", v: 2, q: false },
    },
  },
  { name: "a list by key, always", data: meter, expr: "readings{s: v[]}", result: { a: [1, 3], b: [2] } },
  { name: "a computed key", data: meter, expr: "readings{$string(q): v}", result: { true: [1, 3], false: 2 } },
  {
    name: "two pairs",
    data: meter,
    expr: 'readings{s: v, "n-" & s: $count($)}',
    result: { a: [1, 3], "n-a": 2, b: 2, "n-b": 1, "n-": 1 },
  },
  { name: "one key for all", data: meter, expr: 'readings{"all": $sum(v)}', result: { all: 10 } },
  { name: "a grouping of one object", data: meter, expr: "one{s: v}", result: { x: 9 } },
  { name: "a grouping of nothing", data: meter, expr: 'missing{"a": 1}', result: { a: 1 } },
  { name: "a grouping of an empty list", data: meter, expr: 'none{"a": 1, "b": x}', result: { a: 1 } },
  { name: "a grouping after a condition", data: meter, expr: "readings[v > 1]{s: v}", result: { b: 2, a: 3 } },
  {
    name: "a grouping of a function's result",
    data: meter,
    expr: "$filter(readings, function($r) { $r.q }){s: v}",
    result: { a: [1, 3] },
  },
  { name: "a grouping in a path", data: meter, expr: "readings{s: v}.a", result: {} },
  {
    name: "keys like numbers come first",
    data: meter,
    expr: '[{"k": "b"}, {"k": "2"}, {"k": "1"}]{k: 1}',
    result: { "1": 1, "2": 1, b: 1 },
  },
  { name: "a value that is missing", data: meter, expr: "readings{s: missing}", result: {} },
  {
    name: "lists of lists in a group",
    data: {
      r: [
        { k: "a", v: [1, 2] },
        { k: "a", v: [3] },
        { k: "b", v: [] },
      ],
    },
    expr: "r{k: v}",
    result: { a: [1, 2, 3], b: [] },
  },
  {
    name: "a grouping of the input",
    data: [
      { k: "a", v: 1 },
      { k: "a", v: 2 },
    ],
    expr: "${k: v}",
    result: { a: [1, 2] },
  },
  { name: "a key named __proto__", data: [{ k: "__proto__", v: 1 }], expr: "$keys(${k: v})", result: "__proto__" },
];
