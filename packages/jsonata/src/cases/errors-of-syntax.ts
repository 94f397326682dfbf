// Errors that are found before anything runs.
import type { Case } from "./case.ts";

const event = {
  t: 21.6,
  name: "valve",
  list: [1, "a"],
  nothing: null,
  nested: { n: "x" },
  objects: [{ k: 1 }, { k: "a" }, { k: [] }],
};

export const errorsOfSyntax: readonly Case[] = [
  { name: "an unfinished expression", data: event, expr: "t +", error: { code: "S0207", position: 3, token: "(end)" } },
  {
    name: "a bracket that is not closed",
    data: event,
    expr: "$sum(list",
    error: { code: "S0203", position: 9, token: "(end)" },
  },
  { name: "a text that is not closed", data: event, expr: 'name & "abc', error: { code: "S0101", position: 11 } },
  { name: "a name that is not closed", data: event, expr: "`abc", error: { code: "S0105", position: 4 } },
  { name: "a comment that is not closed", data: event, expr: "1 /* abc", error: { code: "S0106", position: 2 } },
  {
    name: "an escape that does not exist",
    data: event,
    expr: '"\\x"',
    error: { code: "S0103", position: 2, token: "x" },
  },
  {
    name: "a pattern that is not closed",
    data: event,
    expr: "$match(name, /abc",
    error: { code: "S0302", position: 17 },
  },
  { name: "an empty pattern", data: event, expr: "$match(name, //)", error: { code: "S0301", position: 14 } },
  { name: "two values in a row", data: event, expr: "t t", error: { code: "S0201", position: 3, token: "t" } },
  {
    name: "an operator without a left side",
    data: event,
    expr: "= 1",
    error: { code: "S0211", position: 1, token: "=" },
  },
  { name: "an assignment to a name", data: event, expr: "x := 1", error: { code: "S0212", position: 1, token: "x" } },
  {
    name: "a parameter that is no variable",
    data: event,
    expr: "function(x) { 1 }",
    error: { code: "S0208", position: 10, token: "x" },
  },
  { name: "a number as a step", data: event, expr: "nested.1", error: { code: "S0213", position: 8 } },
  { name: "two groupings", data: event, expr: "list{'a': 1}{'b': 2}", error: { code: "S0210", position: 13 } },
  { name: "a parent beyond the input", data: event, expr: "%.x", error: { code: "S0217", token: "path" } },
  { name: "a variable after a condition", data: event, expr: "list[0]@$v.x", error: { code: "S0215", position: 8 } },
  { name: "a number out of bounds", data: event, expr: "1e999", error: { code: "S0102", position: 0, token: "1e999" } },
];
