import { expect, test } from "vitest";
import { problems } from "./index.ts";

const variables = ["meta", "vars"];
const codes = (text: string) =>
  problems(text, { variables }).map(({ offset, code, suggestion }) => [offset, code, suggestion]);

test("a good text has none", () => {
  const good = [
    "data.co2 > 1000",
    "$meta.device & $vars.x",
    "($f := function($n){ $n > 1 ? $n * $f($n - 1) : 1 }; $f(3))",
    "($g := function(){ $h() }; $h := function(){ 1 }; $g())",
    "a@$r#$i.b[$r.x = $i]",
    "$map(a, $uppercase) ~> $join(',')",
    "$uppercase ~> $trim",
    "a.b.c{$string(d): $sum(e)}^(f)",
    "$each($, λ($v, $k){ $k })",
  ];
  expect(good.flatMap((text) => problems(text, { variables }))).toEqual([]);
});

test("unknown functions and variables come with what was meant", () => {
  expect(codes("$uppercas(x) & $mta.device & $zzzzzzzz")).toEqual([
    [0, "FUNCTION_UNKNOWN", "$uppercase"],
    [15, "VARIABLE_UNKNOWN", "$meta"],
    [29, "VARIABLE_UNKNOWN", undefined],
  ]);
  expect(codes("($total := 1; $totl + 1)")).toEqual([[14, "VARIABLE_UNKNOWN", "$total"]]);
  expect(codes("($x := 1); $x")).toEqual([[9, "S0201", undefined]]);
  expect(codes("[($x := 1), $x]")).toEqual([[12, "VARIABLE_UNKNOWN", undefined]]);
  expect(problems("$whatever", {})).toEqual([]);
  expect(problems("$celsus(1)", { functions: { celsius: { call: () => 1 } } })[0]?.suggestion).toBe("$celsius");
});

test("a function without its $ is told", () => {
  expect(codes("uppercase(a) & foo(b)")).toEqual([
    [0, "T1005", "$uppercase"],
    [15, "T1006", undefined],
  ]);
});

test("names before a syntax error are still checked, and what follows from it is not", () => {
  expect(codes('{"a": $lenght(x), "b": ]}')).toEqual([
    [6, "FUNCTION_UNKNOWN", "$length"],
    [23, "S0211", undefined],
  ]);
  expect(codes('"abc')).toEqual([[0, "S0101", undefined]]);
});

test("each is placed by the caller's map", () => {
  const locate = (offset: number) => ({ file: "p.yaml", line: 7, column: offset + 1 });
  expect(problems('"😀" & $lenght(a)', { locate })).toEqual([
    {
      offset: 7,
      code: "FUNCTION_UNKNOWN",
      message: "there is no function $lenght",
      severity: "error",
      suggestion: "$length",
      location: { file: "p.yaml", line: 7, column: 8 },
    },
  ]);
});
