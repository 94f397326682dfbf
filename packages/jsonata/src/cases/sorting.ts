// Order: `list^(term)`.
import type { Case } from "./case.ts";

const fleet = {
  d: [
    { id: "v-2", rssi: -101, k: "valve" },
    { id: "v-1", rssi: -80, k: "valve" },
    { id: "m-1", k: "meter" },
    { id: "v-3", rssi: -80, k: "valve" },
  ],
  n: [3, 10, 2],
  t: ["b", "a", "10", "9"],
};

export const sorting: readonly Case[] = [
  { name: "up", data: fleet, expr: "d^(rssi).id", result: ["v-2", "v-1", "v-3", "m-1"] },
  { name: "down", data: fleet, expr: "d^(>rssi).id", result: ["v-1", "v-3", "v-2", "m-1"] },
  { name: "up, said so", data: fleet, expr: "d^(<id).id", result: ["m-1", "v-1", "v-2", "v-3"] },
  { name: "two terms", data: fleet, expr: "d^(k, >id).id", result: ["m-1", "v-3", "v-2", "v-1"] },
  {
    name: "two terms with a missing one",
    data: fleet,
    expr: "d^(>rssi, >id).id",
    result: ["v-3", "v-1", "v-2", "m-1"],
  },
  { name: "numbers", data: fleet, expr: "n^($)", result: [2, 3, 10] },
  { name: "numbers down", data: fleet, expr: "n^(>$)", result: [10, 3, 2] },
  { name: "texts by their characters", data: fleet, expr: "t^($)", result: ["10", "9", "a", "b"] },
  { name: "by an expression", data: fleet, expr: "d^($abs(rssi)).id", result: ["v-1", "v-3", "v-2", "m-1"] },
  { name: "by what is missing everywhere", data: fleet, expr: "d^(missing).id", result: ["v-2", "v-1", "m-1", "v-3"] },
  { name: "the first two", data: fleet, expr: "d^(>rssi)[[0..1]].id", result: ["v-1", "v-3"] },
  { name: "the last of all", data: fleet, expr: "(d^(id))[-1].id", result: "v-3" },
  { name: "an order of one item", data: fleet, expr: "d[0]^(id).id", result: "v-2" },
  { name: "an order of nothing", data: fleet, expr: "missing^(id)", result: undefined },
  {
    name: "an order in a path",
    data: fleet,
    expr: 'd^(id).{"id": id}',
    result: [{ id: "m-1" }, { id: "v-1" }, { id: "v-2" }, { id: "v-3" }],
  },
  { name: "an order of lists is an error", data: [[3, 1], [2]], expr: "$^($)", error: { code: "T2008", position: 2 } },
  { name: "equal items stay in place", data: fleet, expr: "d^(k).id", result: ["m-1", "v-2", "v-1", "v-3"] },
  { name: "a long list", expr: "[1..100].(($ * 37) % 101)^($)[[0..4]]", result: [1, 2, 3, 4, 5] },
  { name: "an order kept as a list", data: fleet, expr: 'd[k = "meter"]^(id)[].id', result: ["m-1"] },
];
