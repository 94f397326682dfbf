import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, library, problems } from "../index.ts";

const fields = { meta: ["device", "time", "request", "request.path", "request.headers"], vars: ["limit"] };
const options = { variables: ["meta", "vars"], functions: library, fields };

/** Each finding as "offset CODE", with "!" for an error and what was meant. */
const found = (text: string): readonly string[] =>
  problems(text, options).map(
    ({ offset, code, severity, suggestion }) =>
      `${offset} ${code}${severity === "error" ? "!" : ""}${suggestion === undefined ? "" : ` ${suggestion}`}`,
  );
const messages = (text: string): readonly string[] => problems(text, options).map(({ message }) => message);

interface Group {
  readonly title: string;
  readonly cases: readonly (readonly [text: string, ...found: string[]])[];
}

const groups: readonly Group[] = [
  {
    title: "arguments",
    cases: [
      ["a & $substring(b)"],
      ["$substring()", "0 ARGUMENTS_COUNT!"],
      ["$substring(a, 1, 2, 3)", "0 ARGUMENTS_COUNT!"],
      ['b ~> $substringBefore("x")'],
      ['b ~> $substringBefore("x", "y")', "5 ARGUMENTS_COUNT!"],
      ["$now(1, 2, 3)", "0 ARGUMENTS_COUNT!"],
      ["$sum(a, b)", "0 ARGUMENTS_COUNT!"],
      ["$zip(a, b, c, d)"],
      ["$substring(?, 1, ?, ?)"],
      ["($sum := function($a, $b){ $a + $b }; $sum(1, 2))"],
      ["$map(a)", "0 ARGUMENTS_COUNT!"],
      ["$filter(a, b > 1)", "11 ARGUMENT_TYPE!"],
      ["$map(a, $uppercase)"],
      ['$map(a, "upper")', "8 ARGUMENT_TYPE!"],
      ["$length(5)", "8 ARGUMENT_TYPE!"],
      ["$length($count(a))", "8 ARGUMENT_TYPE!"],
      ["$length($string(a))"],
      ['$sum("5")', "5 ARGUMENT_TYPE!"],
      ["a ~> $join(1)", "11 ARGUMENT_TYPE!"],
      ['$convert(a, "Cel")'],
      ['$convert(a, b, "K", 1)', "0 ARGUMENTS_COUNT!"],
      ["$readInt(bytes)", "0 ARGUMENTS_COUNT!"],
      ['$readInt(bytes, {"bits": 16})', "16 ARGUMENT_TYPE!"],
      ["function($x){ $length(null) }(1)", "22 ARGUMENT_TYPE!"],
      ["$fallback ?? $length(1)", "0 VARIABLE_UNKNOWN!", "21 ARGUMENT_TYPE!"],
    ],
  },
  {
    title: "operands",
    cases: [
      ['"a" + b', "4 OPERAND_TYPE! &"],
      ["a * $string(b)", "2 OPERAND_TYPE"],
      ["- true", "0 OPERAND_TYPE!"],
      ["a > null", "2 OPERAND_TYPE!"],
      ["a >= [1]", "2 OPERAND_TYPE!"],
      ['$count(a) > "3"', "10 OPERAND_TYPE! 3"],
      ['$length(a) > "3"', "11 OPERAND_TYPE 3"],
      ["a < $meta.time"],
      ["a ~> 5", "2 OPERAND_TYPE!"],
      ["a ~> $uppercase"],
    ],
  },
  {
    title: "comparisons",
    cases: [
      ["1 = 2", "2 COMPARISON_NEVER"],
      ['"a" < "b"', "4 COMPARISON_ALWAYS"],
      ["null != null", "5 COMPARISON_NEVER"],
      ['$length(a) = "3"', "11 COMPARISON_NEVER 3"],
      ['"on" = $exists(a)', "5 COMPARISON_NEVER"],
      ["$count(a) != null", "10 COMPARISON_ALWAYS"],
      ["$count(a) < 0", "10 COMPARISON_NEVER"],
      ["0 > $count(a)", "2 COMPARISON_NEVER"],
      ["$count(a) >= 0", "10 COMPARISON_ALWAYS"],
      // There may be no length at all, and then nothing holds.
      ["$length(a) >= 0"],
      ["$count(a) > 0"],
      ["$abs(a) = -1", "8 COMPARISON_NEVER"],
      ['$type(a) = "int"', '9 COMPARISON_NEVER "number"'],
      ['"strin" = $type(a)', '8 COMPARISON_NEVER "string"'],
      ['$type(a) = "object"'],
      ['a = "1" or a = 1'],
      ["[a] = 1", "4 COMPARISON_NEVER"],
      ['a[b = "x"].c = d'],
    ],
  },
  {
    title: "conditions",
    cases: [
      ["true ? a : b", "0 CONDITION_CONSTANT"],
      ['a.b = "x" or "y"', '13 CONDITION_CONSTANT a.b = "y"'],
      ['a = 1 or 2 or b = "3"', "9 CONDITION_CONSTANT a = 2"],
      ['a or ("x")', "5 CONDITION_CONSTANT"],
      ['"a" and b', "0 CONDITION_CONSTANT"],
      ["$exists and a", "0 CONDITION_CONSTANT"],
      ["function($x){ $x } ? a", "0 CONDITION_CONSTANT"],
      ["[] ? a : b", "0 CONDITION_CONSTANT"],
      ["a ? function(){ 1 } : b"],
      ["($f := function($x){ $x ? $f($x - 1) : 0 }; $f(3))"],
      ['items["name"]', "6 CONDITION_CONSTANT .name"],
      ["items[false].x", "6 CONDITION_CONSTANT"],
      ["items[0]"],
      ["items[-1].x[[0..2]]"],
      ["$x[true]", "0 VARIABLE_UNKNOWN!", "3 CONDITION_CONSTANT"],
      ["a ?: b"],
      ["a ?? b"],
      ["1 ?: b", "0 CONDITION_CONSTANT"],
      ["{} ? 1", "0 CONDITION_CONSTANT"],
    ],
  },
  {
    title: "contradictions",
    cases: [
      ["a.b = 1 and a.b = 2", "16 CONDITION_CONSTANT"],
      ["a > 5 and c and a < 5", "18 CONDITION_CONSTANT"],
      ["5 < a and 3 > a", "12 CONDITION_CONSTANT"],
      ["a >= 5 and a <= 5"],
      ["a >= 5 and (a < 5)", "14 CONDITION_CONSTANT"],
      ['a = "x" and a != "x"', "14 CONDITION_CONSTANT"],
      ["a != 1 or a != 2", "12 CONDITION_CONSTANT and"],
      ["a != 1 and a != 2"],
      ["a = 1 or a = 2"],
      ["a[0] = 1 and a[0] = 2"],
      ["a.$f() = 1 and a.$f() = 2", "2 FUNCTION_UNKNOWN!", "17 FUNCTION_UNKNOWN!"],
      ["$meta.device = 'x' and $meta.device = 'y'", "36 CONDITION_CONSTANT"],
      ["$ > 1 and $ < 0", "12 CONDITION_CONSTANT"],
      ["a = 1 and b = 2"],
      ["a > 5 and a < '3'"],
    ],
  },
  {
    title: "constructors",
    cases: [
      ['{"a": 1, "b": 2, "a": 3}', "17 KEY_DOUBLE!"],
      ['a{"x": 1, "x": 2}', "10 KEY_DOUBLE!"],
      ['{a: 1, a: 2, "a": 3}'],
      ["{5: a}", "1 KEY_TYPE!"],
      ["{$count(a): a}", "1 KEY_TYPE!"],
      ["{$string(a): a}"],
      ["[$x := 1, $x]", "4 BIND_IN_ELEMENT"],
      ['{"a": $y := 2, "b": [a, $z := 3]}', "9 BIND_IN_ELEMENT", "27 BIND_IN_ELEMENT"],
      ["[($x := 1; $x)]"],
      ["[function(){ $x := 1 }]"],
      ['a.{"b": [c, ($y := 1; $y)]}'],
    ],
  },
  {
    title: "regular expressions",
    cases: [
      ["$replace(a, /x*/, '')", "12 REGEX_EMPTY"],
      ["$match(a, /^\\s*/)", "10 REGEX_EMPTY"],
      ["a ~> $split(/,?/)", "12 REGEX_EMPTY"],
      ["$contains(a, /^$/)"],
      ["$match(a, /^$/)"],
      ["$match(a, /x$/)"],
      ["$match(a, /$5/i)", "10 REGEX_NEVER"],
      ["$contains(a, /b^c/)", "13 REGEX_NEVER"],
      ["$contains(a, /[]/)", "13 REGEX_NEVER"],
      ["$contains(a, /a\\$5|\\^/)"],
      ["$contains(a, /[$^][^x]/)"],
      ["$contains(a, /a$\\nb/m)"],
      ["b / c & $match(a, /+x/)", "18 REGEX_INVALID!"],
    ],
  },
  {
    title: "names",
    cases: [
      ["$meta.devce", "6 FIELD_UNKNOWN $meta.device"],
      ["a.($meta.tme)", "9 FIELD_UNKNOWN $meta.time"],
      ["$meta.request.headrs", "14 FIELD_UNKNOWN $meta.request.headers"],
      ["$meta.request.headers.anything"],
      ["$meta.zzzzzzz.x", "6 FIELD_UNKNOWN"],
      ["$meta.device.x.y"],
      ["$vars.limt", "6 FIELD_UNKNOWN $vars.limit"],
      ['$lookup($meta, "devce")', "15 FIELD_UNKNOWN $meta.device"],
      ['$withMeta($, $meta, ["device", "tim"])', "31 FIELD_UNKNOWN $meta.time"],
      ["($meta := a; $meta.x)"],
      ["function($meta){ $meta.x }(1)"],
      ["$meta.*"],
      ["($x := 1; 2)", "1 VARIABLE_UNUSED"],
      ["($x := 1; $x)"],
      ["($_ := $assert(a, 'no'); 2)"],
      ["(a; $x := 1)"],
      ["($f := function(){ 1 }; $f())"],
      ["($x := 1; $eval('$x'))", "10 EVAL_SLOW"],
      ["$eval(a)", "0 EVAL_SLOW"],
      ["a ~> $eval()", "5 EVAL_SLOW"],
      ["$lenght(a)", "0 FUNCTION_UNKNOWN! $length"],
      ["$hexToByte(a)", "0 FUNCTION_UNKNOWN! $hexToBytes"],
    ],
  },
];

describe.each(groups)("$title", ({ cases }) => {
  test.each(cases)("%s", (text, ...expected) => {
    expect(found(text)).toEqual(expected);
  });
});

test("what is said can be acted on", () => {
  const said: readonly (readonly [string, string])[] = [
    ["$substring(a, 1, 2, 3)", "$substring takes 1 to 3 arguments, not 4"],
    ["b ~> $now(1, 2)", "$now takes at most 2 arguments, not 3, with the one before ~>"],
    ["$zip()", "$zip takes at least 1 argument, not 0"],
    ["$millis(1)", "$millis takes no arguments, not 1"],
    ["$filter(a, b > 1)", "argument 2 of $filter cannot be true or false, and takes a function"],
    ['"a" + b', "+ takes numbers, and a text stands on one side of it"],
    ['$count(a) > "3"', "> cannot compare a number with a text"],
    ['$length(a) = "3"', "this never holds: a number never equals a text"],
    ["$count(a) < 0", "this never holds: $count is never below 0"],
    ['a = "x" or "y"', "this text counts as true whatever the data: a condition of its own"],
    ["$exists and a", "a function counts as false: $exists is not called here"],
    ['items["name"]', "this predicate keeps everything, whatever the data"],
    ["a = 1 and a = 2", "this never holds together with a = 1"],
    ["a != 1 or a != 2", "one of this and a != 1 always holds"],
    ['{"a": 1, "a": 3}', 'the key "a" stands twice in one object'],
    ["{true: a}", "a key must be a text, and cannot be true or false"],
    ["$match(a, /+x/)", "this is no regular expression: Nothing to repeat"],
    ["$meta.request.headrs", '$meta.request has no field "headrs"'],
    ["($x := 1; 2)", "$x is set and never read"],
  ];
  for (const [text, message] of said) expect(messages(text)).toEqual([message]);
});

test("long and deep texts are checked, or said not to be", () => {
  const chain = (length: number, term: string, operator: string): string =>
    Array.from({ length }, () => term).join(operator);
  expect(found(`[${chain(3000, "$upper(a)", ", ")}]`)).toHaveLength(3000);
  expect(found(chain(400, "a = 1 and b != 2", " or "))).toEqual([]);
  expect(found(`${"(".repeat(200)}a${" = 1 and 2)".repeat(200)}`)).toHaveLength(399);
  for (const text of [chain(10_000, "a", " & "), chain(10_000, "a != 1", " or ")]) {
    expect(found(text)).toHaveLength(1);
    expect(messages(text)[0]).toMatch(/too deeply/);
  }
  const copies = `${"(".repeat(10)}$upper(a)${" ?: b)".repeat(10)}`;
  expect(found(copies)).toEqual(["10 FUNCTION_UNKNOWN! $uppercase"]);
});

const branches = /[?]| and | or /;

/** Whether an evaluation fails. */
async function fails(text: string, input: unknown): Promise<boolean> {
  try {
    await compile(text, { functions: library }).evaluate(input, { meta: {}, vars: {} });
    return false;
  } catch {
    return true;
  }
}

test("what is found to be an error fails when it is evaluated", async () => {
  const texts = groups.flatMap(({ cases }) => cases.map(([text]) => text)).filter((text) => !branches.test(text));
  const ofOurs = texts.filter((text) =>
    problems(text, options).some(({ severity, code }) => severity === "error" && code !== "VARIABLE_UNKNOWN"),
  );
  expect(ofOurs.length).toBeGreaterThan(25);
  for (const text of ofOurs) expect([text, await fails(text, { a: [{}], b: "x", bytes: [] })]).toEqual([text, true]);
});

const leaves =
  '1 -2.5 "a" "3" true null a b.c list $ [] [1,2] ["x"] {} {"k":1} $uppercase /a/ $meta list[0] $count(list) () missing';
const calls =
  "count sum length uppercase substring contains string number not abs power join keys merge append zip type";

/** Expressions in which everything is evaluated. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const part = tie("expression");
  const name = fc.constantFrom(...calls.split(" "));
  const operator = fc.constantFrom(..."+ - * % = != < <= > >= & in ~>".split(" "));
  return {
    expression: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      fc.constantFrom(...leaves.split(" ")),
      fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(name, fc.array(part, { maxLength: 4 })).map(([name, given]) => `$${name}(${given.join(", ")})`),
      fc.tuple(part, name, part).map(([left, name, given]) => `(${left} ~> $${name}(${given}))`),
      fc.tuple(part, part).map(([left, right]) => `{"k": ${left}, "l": [${right}, -${left}]}`),
    ),
  };
});

test("no error is found in a random text that evaluates", async () => {
  const input = { a: 5, b: { c: "text" }, list: [1, 2, 3] };
  let good = 0;
  let bad = 0;
  await fc.assert(
    fc.asyncProperty(expression, async (text) => {
      const errors = problems(text, options).filter(({ severity }) => severity === "error");
      const isBad = await fails(text, input);
      expect([text, errors.length > 0 && !isBad, errors]).toEqual([text, false, errors]);
      if (isBad) bad += 1;
      else good += 1;
    }),
    { numRuns: 1000, seed: 20261122 },
  );
  expect(Math.min(good, bad)).toBeGreaterThan(100);
});

interface SuiteCase {
  readonly expr: string;
  readonly "expr-file"?: string;
}

const suite = join(import.meta.dirname, "../../../../../shared/jsonata/suite/groups");

test.skipIf(!existsSync(suite))("the official suite: no error in what evaluates", () => {
  const files = readdirSync(suite, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("/"));
  let warnings = 0;
  let cases = 0;
  for (const path of files.filter((path) => path.endsWith(".json"))) {
    for (const each of [JSON.parse(readFileSync(join(suite, path), "utf8")) as SuiteCase | SuiteCase[]].flat()) {
      if (!("result" in each) && !("undefinedResult" in each)) continue;
      const file = each["expr-file"];
      const text = file === undefined ? each.expr : readFileSync(join(suite, path, "..", file), "utf8");
      const all = problems(text);
      expect(all.filter(({ severity }) => severity === "error")).toEqual([]);
      warnings += all.length;
      cases += 1;
    }
  }
  expect(cases).toBeGreaterThan(800);
  // Literals compared with literals, $eval, and three slips of the suite itself.
  expect(warnings).toBeLessThanOrEqual(45);
  process.stdout.write(`diagnose: ${warnings} warnings in ${cases} cases of the official suite that evaluate\n`);
});
