import { expect, test } from "vitest";
import { pathsOf } from "./paths.ts";

test.each<[string, readonly string[]]>([
  ["data.temperature > 26 and data.temperature < 30", ["data.temperature"]],
  ["$meta.topic = 'default' and co2 > $vars.limits.co2", ["$meta.topic", "co2", "$vars.limits.co2"]],
  ["$exists(data.`a b`.c) ? x : y", ["data.`a b`.c", "x", "y"]],
  ["readings[level > 2].id", ["readings"]],
  ["$count(readings.(a + b)) > 1", ["readings"]],
  ["($limit := data.limit; data.value > $limit)", ["data.limit", "data.value"]],
  ["$sum($map(values, function($v) { $v * factor })) in [1, max]", ["values", "factor", "max"]],
  ["$ = 3", ["$"]],
  ["true", []],
  ["data.(", []],
])("%s reads %j", (text, paths) => {
  expect(pathsOf(text, ["meta", "vars"])).toEqual(paths);
});
