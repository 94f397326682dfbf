// Variables: of the expression itself and of the caller.
import type { Case } from "./case.ts";

const uplink = { co2: 812, items: [{ v: 1 }, { v: 2 }] };

export const variables: readonly Case[] = [
  { name: "a variable", data: uplink, expr: "($limit := 800; co2 > $limit)", result: true },
  { name: "an assignment has a value", data: uplink, expr: "$x := co2", result: 812 },
  { name: "one assignment from another", data: uplink, expr: "($a := $b := 2; $a + $b)", result: 4 },
  { name: "a variable that is not set", data: uplink, expr: "$nobody", result: undefined },
  { name: "a block's variable ends with it", data: uplink, expr: "($x := 1; ($x := 2); $x)", result: 1 },
  { name: "a variable in a step", data: uplink, expr: "($f := 10; items.(v * $f))", result: [10, 20] },
  {
    name: "an assignment in a step is seen by the next item of its block only",
    data: uplink,
    expr: "($n := 0; items.($n := $n + v; $n))",
    result: [1, 2],
  },
  { name: "a variable over a path", data: uplink, expr: "($i := items; $i[1].v)", result: 2 },
  { name: "a variable that holds a list of one", data: uplink, expr: "($l := [co2]; $l)", result: [812] },
  {
    name: "a variable of the caller",
    data: uplink,
    expr: "co2 > $vars.limit",
    bindings: { vars: { limit: 800 } },
    result: true,
  },
  {
    name: "a caller's variable that is a list",
    data: uplink,
    expr: "$sum($values)",
    bindings: { values: [1, 2, 3.5] },
    result: 6.5,
  },
  {
    name: "a caller's null",
    data: uplink,
    expr: "[$nothing, $zero]",
    bindings: { nothing: null, zero: 0 },
    result: [null, 0],
  },
  {
    name: "the expression's own variable hides the caller's",
    data: uplink,
    expr: "($limit := 1; $limit)",
    bindings: { limit: 5 },
    result: 1,
  },
  {
    name: "a caller's variable named as a built-in function",
    data: uplink,
    expr: "$count + 1",
    bindings: { count: 41 },
    result: 42,
  },
  {
    name: "a variable named as a built-in function",
    data: uplink,
    expr: "($sum := 5; $sum + $count(items))",
    result: 7,
  },
  { name: "variables beyond ASCII", data: uplink, expr: "($température := co2; $température)", result: 812 },
  { name: "$$ inside a function", data: uplink, expr: "items.(function($x) { $x + $$.co2 })(v)", result: [813, 814] },
];
