// Paths that carry variables (`@$v`, `#$i`) and look back (`%`).
import type { Case } from "./case.ts";

const orders = {
  customer: "Facility",
  orders: [
    {
      id: "o-1",
      items: [
        { sku: "valve", n: 2 },
        { sku: "meter", n: 1 },
      ],
    },
    { id: "o-2", items: [{ sku: "valve", n: 4 }] },
  ],
  prices: [
    { sku: "valve", chf: 34.5 },
    { sku: "meter", chf: 210 },
  ],
};
const list = { values: ["a", "b", "c"], rows: [{ v: [1, 2] }, { v: [3] }, {}] };

export const tuples: readonly Case[] = [
  {
    name: "a position for each item",
    data: list,
    expr: 'values#$i.{"i": $i, "v": $}',
    result: [
      { i: 0, v: "a" },
      { i: 1, v: "b" },
      { i: 2, v: "c" },
    ],
  },
  { name: "a position as a condition", data: list, expr: "values#$i[$i > 0]", result: ["b", "c"] },
  {
    name: "a position on two levels",
    data: list,
    expr: 'rows#$r.v#$c.{"r": $r, "c": $c, "v": $}',
    result: [
      { r: 0, c: 0, v: 1 },
      { r: 0, c: 1, v: 2 },
      { r: 1, c: 0, v: 3 },
    ],
  },
  { name: "a position after a condition", data: list, expr: 'values[$ != "a"]#$i.($i & $)', result: ["0b", "1c"] },
  { name: "a condition after a position", data: list, expr: 'values#$i[$ != "a"].($i & $)', result: ["1b", "2c"] },
  { name: "a single position", data: list, expr: "values#$i[0].$i", result: 0 },
  { name: "a position of a single value", data: orders, expr: "customer#$i.$i", result: 0 },
  {
    name: "the parent",
    data: orders,
    expr: 'orders.items.{"order": %.id, "sku": sku}',
    result: [
      { order: "o-1", sku: "valve" },
      { order: "o-1", sku: "meter" },
      { order: "o-2", sku: "valve" },
    ],
  },
  { name: "the parent in a condition", data: orders, expr: 'orders.items[%.id = "o-2"].sku', result: "valve" },
  { name: "the parent's parent", data: orders, expr: "orders.items.sku.(%.%.id)", result: ["o-1", "o-1", "o-2"] },
  {
    name: "the parent's parent's field",
    data: orders,
    expr: "orders.items.{'c': %.%.customer}",
    result: [{ c: "Facility" }, { c: "Facility" }, { c: "Facility" }],
  },
  { name: "the parent as a step", data: orders, expr: "orders.items.%.id", result: ["o-1", "o-1", "o-2"] },
  { name: "the parent in an order", data: orders, expr: "orders.items^(>%.id, n).n", result: [4, 1, 2] },
  { name: "a grouping knows no parent", data: orders, expr: "orders.items{%.id: $sum(n)}", result: {} },
  { name: "the parent in a function", data: orders, expr: "orders.items.$string(%.id)", result: ["o-1", "o-1", "o-2"] },
  {
    name: "a variable for each item",
    data: orders,
    expr: 'orders@$o.$o.items.{"id": $o.id, "n": n}',
    result: [
      { id: "o-1", n: 2 },
      { id: "o-1", n: 1 },
      { id: "o-2", n: 4 },
    ],
  },
  {
    name: "a step after a variable starts where its path did",
    data: orders,
    expr: 'orders@$o.items.{"id": $o.id, "n": n}',
    result: undefined,
  },
  {
    name: "the context stays with a variable",
    data: orders,
    expr: 'orders@$o.{"c": customer, "id": $o.id}',
    result: [
      { c: "Facility", id: "o-1" },
      { c: "Facility", id: "o-2" },
    ],
  },
  {
    name: "a join",
    data: orders,
    expr: 'orders.items@$i.$$.prices@$p[$p.sku = $i.sku].{"sku": $i.sku, "total": $i.n * $p.chf}',
    result: [
      { sku: "valve", total: 69 },
      { sku: "meter", total: 210 },
      { sku: "valve", total: 138 },
    ],
  },
  {
    name: "a join of lists side by side",
    data: orders,
    expr: "orders@$o.prices@$p[$p.chf > 100].[$o.id, $p.sku]",
    result: ["o-1", "meter", "o-2", "meter"],
  },
  {
    name: "a variable and a position",
    data: orders,
    expr: 'orders@$o#$i.{"i": $i, "id": $o.id}',
    result: [
      { i: 0, id: "o-1" },
      { i: 1, id: "o-2" },
    ],
  },
  { name: "a variable in an order", data: orders, expr: "orders@$o^(>$o.id).$o.id", result: ["o-2", "o-1"] },
  {
    name: "a variable in a grouping",
    data: orders,
    expr: "orders@$o{$o.id: $count($o.items)}",
    result: { "o-1": 2, "o-2": 1 },
  },
  { name: "a variable of nothing", data: orders, expr: "missing@$m.customer", result: undefined },
  { name: "a position of nothing", data: orders, expr: "missing#$i.$i", result: undefined },
  {
    name: "a position after an order",
    data: list,
    expr: 'values^(>$)#$i.{"i": $i, "v": $}',
    result: [
      { i: 0, v: "c" },
      { i: 1, v: "b" },
      { i: 2, v: "a" },
    ],
  },
  {
    name: "a position before an order",
    data: list,
    expr: 'values#$i^(>$).{"i": $i, "v": $}',
    result: [
      { i: 2, v: "c" },
      { i: 1, v: "b" },
      { i: 0, v: "a" },
    ],
  },
  { name: "a list kept with a position", data: list, expr: "values[0]#$i[].$i", result: [0] },
  { name: "all parents as a wildcard", data: orders, expr: "orders.items.(%.*)[0]", result: "o-1" },
  {
    name: "the parent of a list of values",
    data: list,
    expr: "rows.v.{'n': $count(%.v), 'v': $}",
    result: [
      { n: 2, v: 1 },
      { n: 2, v: 2 },
      { n: 1, v: 3 },
    ],
  },
];
