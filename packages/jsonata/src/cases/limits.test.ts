import jsonata from "jsonata";
import { expect, test } from "vitest";
import { compile, type Limits } from "../index.ts";

/** A limit that ends an evaluation, with the code that the reference has for it; ours alone has one for texts and results. */
interface LimitCase {
  name: string;
  expr: string;
  data?: unknown;
  limits: Partial<Limits>;
  code: string;
}

const recursion = "($f := function($n) { $n <= 0 ? 0 : 1 + $f($n - 1) }; $f(200))";
const payload = {
  hex: "00ff".repeat(50),
  list: [1, 2, 3, 4, 5, 6],
  nested: [
    [1, 2, 3],
    [4, 5, 6],
  ],
};

const cases: LimitCase[] = [
  { name: "a loop without an end", expr: "($f := function() { $f() }; $f())", limits: { timeMs: 30 }, code: "D1012" },
  {
    name: "a loop that works",
    expr: "($f := function($n) { $f($sum([$n, 1])) }; $f(0))",
    limits: { timeMs: 30 },
    code: "D1012",
  },
  { name: "a recursion without an end", expr: "($f := function($n) { 1 + $f($n) }; $f(1))", limits: {}, code: "D1011" },
  { name: "a recursion too deep", expr: recursion, limits: { depth: 300 }, code: "D1011" },
  { name: "a range too long", expr: "[1..101]", limits: { sequence: 100 }, code: "D2015" },
  { name: "a path that finds too much", expr: "nested.$", data: payload, limits: { sequence: 5 }, code: "D2015" },
  {
    name: "a list joined too long",
    expr: "$append(list, list)",
    data: payload,
    limits: { sequence: 10 },
    code: "D2015",
  },
  { name: "a map too long", expr: "$map(list, $string)", data: payload, limits: { sequence: 5 }, code: "D2015" },
  { name: "a filter too long", expr: "$filter(list, $boolean)", data: payload, limits: { sequence: 5 }, code: "D2015" },
  { name: "everything below", expr: "**", data: payload, limits: { sequence: 5 }, code: "D2015" },
];

const ownCases: LimitCase[] = [
  { name: "a text padded", expr: '$pad("x", 100000000)', limits: {}, code: "LIMIT_OUTPUT" },
  {
    name: "a text doubled",
    expr: '($f := function($s) { $f($s & $s) }; $f("0123456789"))',
    limits: {},
    code: "LIMIT_OUTPUT",
  },
  {
    name: "a result too large",
    expr: "[1..50].($$.hex)",
    data: payload,
    limits: { outputBytes: 5000 },
    code: "LIMIT_OUTPUT",
  },
  {
    name: "a text joined too large",
    expr: "$join([1..50].($$.hex))",
    data: payload,
    limits: { outputBytes: 5000 },
    code: "LIMIT_OUTPUT",
  },
];

async function codeOf(evaluate: () => unknown): Promise<unknown> {
  try {
    return { value: await evaluate() };
  } catch (cause) {
    return (cause as { code?: unknown }).code;
  }
}

test.each([...cases, ...ownCases])("$name is stopped", async ({ expr, data, limits, code }) => {
  expect(await codeOf(() => compile(expr, { limits }).evaluate(data))).toBe(code);
});

test.each(cases)("the reference stops $name with the same code", async ({ expr, data, limits, code }) => {
  const options = {
    timeout: limits.timeMs ?? 20_000,
    stack: limits.depth ?? 500,
    sequence: limits.sequence ?? 1_000_000,
  };
  expect(await codeOf(() => jsonata(expr, options).evaluate(data))).toBe(code);
});

test("within its limits the same expression has its value", async () => {
  expect(await compile(recursion, { limits: { depth: 1000 } }).evaluate(undefined)).toBe(200);
  expect(await compile("[1..101]", { limits: { sequence: 101 } }).evaluate(undefined)).toHaveLength(101);
  expect(await compile("nested.$", { limits: { sequence: 6 } }).evaluate(payload)).toEqual([1, 2, 3, 4, 5, 6]);
});
