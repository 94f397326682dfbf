// Built-in functions of lists, and those that take a function.
import type { Case } from "./case.ts";

const bus = {
  registers: [
    { n: "u_l1", v: 2301 },
    { n: "u_l2", v: 2298 },
    { n: "p", v: 8120 },
  ],
  scale: { u_l1: 0.1, u_l2: 0.1, p: 1 },
  tags: ["b", "a", "b"],
  mixed: [1, "1", 1, { a: 1 }, { a: 1 }, null, [1], [1]],
  one: ["x"],
  none: [],
};

export const functionsOfLists: readonly Case[] = [
  { name: "map", data: bus, expr: "$map(registers, function($r) { $r.v / 10 })", result: [230.1, 229.8, 812] },
  {
    name: "map with position and list",
    data: bus,
    expr: '$map(tags, function($t, $i, $all) { $t & $i & "/" & $count($all) })',
    result: ["b0/3", "a1/3", "b2/3"],
  },
  { name: "map of one item gives no list", data: bus, expr: "$map(one, function($t) { $t })", result: "x" },
  {
    name: "map of nothing",
    data: bus,
    expr: "[$count($map(none, $string)), $exists($map(missing, $string))]",
    result: [0, false],
  },
  {
    name: "map drops what is missing",
    data: bus,
    expr: "$map(registers, function($r) { $r.v > 2300 ? $r.n })",
    result: ["u_l1", "p"],
  },
  { name: "map with a built-in function", data: bus, expr: "$map(tags, $uppercase)", result: ["B", "A", "B"] },
  {
    name: "map of a function that gives lists",
    data: bus,
    expr: "$map(tags, function($t) { [$t, $t] })",
    result: [
      ["b", "b"],
      ["a", "a"],
      ["b", "b"],
    ],
  },
  { name: "filter", data: bus, expr: "$filter(registers, function($r) { $r.v > 2300 }).n", result: ["u_l1", "p"] },
  { name: "filter with position", data: bus, expr: "$filter(tags, function($t, $i) { $i > 0 })", result: ["a", "b"] },
  { name: "filter that leaves one", data: bus, expr: '$filter(tags, function($t) { $t = "a" })', result: "a" },
  { name: "filter that leaves none", data: bus, expr: "$filter(tags, function($t) { false })", result: undefined },
  { name: "reduce", data: bus, expr: "$reduce(tags, function($a, $b) { $a & $b })", result: "bab" },
  {
    name: "reduce with a start",
    data: bus,
    expr: "$reduce(registers, function($o, $r) { $merge([$o, {$r.n: $r.v}]) }, {})",
    result: { u_l1: 2301, u_l2: 2298, p: 8120 },
  },
  {
    name: "reduce with position and list",
    data: bus,
    expr: "$reduce([10, 20, 30], function($a, $v, $i, $l) { $a + $v * $i / $count($l) })",
    result: 36.66666666666667,
  },
  {
    name: "reduce of one and of none",
    data: bus,
    expr: '[$reduce(one, function($a, $b) { $a & $b }), $reduce(none, function($a, $b) { $a & $b }, "start")]',
    result: ["x", "start"],
  },
  { name: "single", data: bus, expr: '$single(registers, function($r) { $r.n = "p" }).v', result: 8120 },
  { name: "sift", data: bus, expr: "$sift(scale, function($v, $k) { $v < 1 })", result: { u_l1: 0.1, u_l2: 0.1 } },
  { name: "sift that leaves nothing", data: bus, expr: "$sift(scale, function($v) { false })", result: undefined },
  {
    name: "each",
    data: bus,
    expr: '$each(scale, function($v, $k) { $k & "=" & $v })',
    result: ["u_l1=0.1", "u_l2=0.1", "p=1"],
  },
  {
    name: "append",
    data: bus,
    expr: "[$append([1], [2, 3]), $append(1, 2), $append(missing, 1), $append(none, tags)]",
    result: [1, 2, 3, 1, 2, 1, "b", "a", "b"],
  },
  { name: "append of nothing to nothing", data: bus, expr: "$append(missing, missing)", result: undefined },
  { name: "reverse", data: bus, expr: "[$reverse(tags), $reverse([1])]", result: ["b", "a", "b", 1] },
  { name: "distinct", data: bus, expr: "$distinct(tags)", result: ["b", "a"] },
  { name: "distinct by what values hold", data: bus, expr: "$distinct(mixed)", result: [1, "1", { a: 1 }, null, [1]] },
  { name: "distinct of one value", data: bus, expr: '$distinct("a")', result: "a" },
  {
    name: "zip",
    data: bus,
    expr: '$zip([1, 2, 3], ["a", "b"], tags)',
    result: [
      [1, "a", "b"],
      [2, "b", "a"],
    ],
  },
  { name: "zip with a value that is no list", data: bus, expr: "$zip([1, 2], 3)", result: [[1, 3]] },
  {
    name: "sort of texts and numbers",
    data: bus,
    expr: "[$sort(tags), $sort([3, 1, 2])]",
    result: ["a", "b", "b", 1, 2, 3],
  },
  {
    name: "sort by a function",
    data: bus,
    expr: "$sort(registers, function($a, $b) { $a.v > $b.v }).n",
    result: ["u_l2", "u_l1", "p"],
  },
  {
    name: "sort leaves equal items in place",
    data: bus,
    expr: '$sort([{"k": 1, "n": "a"}, {"k": 0, "n": "b"}, {"k": 1, "n": "c"}], function($a, $b) { $a.k > $b.k }).n',
    result: ["b", "a", "c"],
  },
  {
    name: "count",
    data: bus,
    expr: '[$count(registers), $count("a"), $count([]), $count(missing), $count([[]])]',
    result: [3, 1, 0, 0, 1],
  },
  {
    name: "merged scaled registers",
    data: bus,
    expr: "$merge($map($filter(registers, function($r) { $r.v > 2298 }), function($r) { {$r.n: $round($r.v * $lookup($$.scale, $r.n), 1)} }))",
    result: { u_l1: 230.1, p: 8120 },
  },
  {
    name: "a function that counts its arguments",
    data: bus,
    expr: "$map([1, 2], $append(?, 9))",
    result: [
      [1, 9],
      [2, 9],
    ],
  },
  {
    name: "boolean of each",
    data: bus,
    expr: "mixed.$type($)",
    result: ["number", "string", "number", "object", "object", "null", "array", "array"],
  },
];
