// What one call could make huge or long is stopped by a limit, however it is called.
import { beforeEach, expect, test } from "vitest";
import { defaultLimits, type Limits } from "../limits.ts";
import { budget } from "../runtime/budget.ts";
import { regexValue } from "../runtime/matcher.ts";
import type { Fn } from "../runtime/values.ts";
import { builtIns } from "./built-ins.ts";

const limits: Limits = { timeMs: 500, depth: 500, sequence: 1000, outputBytes: 10_000 };

beforeEach(() => budget.begin(limits));

const call = (name: string, ...args: unknown[]): unknown =>
  Reflect.apply(builtIns.get(name)?.value as Fn, undefined, args);

const long = "a".repeat(9_000);
const many = Array.from({ length: 900 }, (_, index) => index);

/** Doubles in size with every level, in little memory. */
function shared(levels: number, leaf: unknown): unknown {
  let value = leaf;
  for (let level = 0; level < levels; level++) value = { a: value, b: value };
  return value;
}

function sharedArray(levels: number): unknown[] {
  let value: unknown[] = [1];
  for (let level = 0; level < levels; level++) value = [value, value];
  return value;
}

test.each<[string, unknown[]]>([
  ["pad", ["x", 1e9]],
  ["pad", ["x", -1e300, "ab"]],
  ["pad", ["x", 1e9, "😀"]],
  ["join", [Array.from({ length: 900 }, () => long), ","]],
  ["join", [Array.from({ length: 3 }, () => "x"), long]],
  ["replace", [long, "a", "bcd"]],
  ["replace", [long, regexValue(/a/g, 1), "bcd"]],
  ["replace", [long, regexValue(/a/g, 1), () => "bcd"]],
  ["string", [shared(40, "leaf")]],
  ["string", [shared(40, []), true]],
  ["clone", [shared(40, "leaf")]],
  ["encodeUrlComponent", ["ä".repeat(9_000)]],
  ["base64encode", [long]],
  ["fromMillis", [0, "[Y,20000]"]],
  ["fromMillis", [0, `[Y]${long}${long}`]],
  ["formatNumber", [1, `0${"x".repeat(20_000)}`]],
  ["formatInteger", [1, "0".repeat(20_000)]],
])("LIMIT_OUTPUT: $%s", (name, args) => {
  // Watched ways need time to say so.
  budget.begin({ ...limits, timeMs: 5_000 });
  expect(() => call(name, ...args)).toThrow(expect.objectContaining({ code: "LIMIT_OUTPUT" }));
});

test.each<[string, unknown[]]>([
  ["split", [long, ""]],
  ["split", [long, "", 5_000_000_000]],
  ["split", [long, regexValue(/a/g, 1)]],
  ["match", [long, regexValue(/a/g, 1)]],
  ["append", [many, many]],
  ["zip", [many, many]],
  ["map", [[...many, ...many], () => 1]],
  ["filter", [[...many, ...many], () => true]],
  ["lookup", [Array.from({ length: 900 }, () => ({ a: many })), "a"]],
  ["spread", [Array.from({ length: 900 }, () => ({ a: 1, b: 2 }))]],
])("LIMIT_SEQUENCE: $%s", (name, args) => {
  expect(() => call(name, ...args)).toThrow(expect.objectContaining({ code: "LIMIT_SEQUENCE" }));
});

test.each<[string, unknown[]]>([
  ["boolean", [sharedArray(60)]],
  ["keys", [sharedArray(60)]],
  ["lookup", [sharedArray(60), "a"]],
  ["distinct", [[shared(60, 1), shared(60, 1)]]],
  [
    "map",
    [
      many,
      () => {
        for (;;) if (--budget.turns < 0) budget.look();
      },
    ],
  ],
  ["replace", [`${"a".repeat(60)}!`, regexValue(/^(a+)+$/g, 1), ""]],
  ["contains", [`${"a".repeat(60)}!`, regexValue(/^(a+)+$/g, 1)]],
  ["formatNumber", [Infinity, "0e0"]],
  ["formatInteger", [Infinity, "A"]],
])("LIMIT_TIME: $%s", (name, args) => {
  expect(() => call(name, ...args)).toThrow(expect.objectContaining({ code: "LIMIT_TIME" }));
});

test("a loop over short calls on long data meets the clock", () => {
  budget.begin({ ...defaultLimits, timeMs: 50 });
  const numbers = Array.from({ length: 100_000 }, (_, index) => index);
  const texts = "x".repeat(1_000_000);
  for (const [name, args] of [
    ["sum", [numbers]],
    ["contains", [texts, "y"]],
    ["length", [texts]],
    ["reverse", [numbers]],
  ] as const) {
    budget.begin({ ...defaultLimits, timeMs: 50 });
    expect(() => {
      for (let turn = 0; turn < 1e6; turn++) call(name, ...args);
    }, name).toThrow(expect.objectContaining({ code: expect.stringMatching(/^LIMIT_/) as string }));
  }
});

test("sorting many texts is watched, and gives the same as sorting few", () => {
  budget.begin(defaultLimits);
  const texts = Array.from({ length: 5_000 }, (_, index) => String((index * 7919) % 5_000));
  expect(call("sort", texts)).toEqual(texts.toSorted());
  const numbers = texts.map(Number);
  expect(call("sort", numbers)).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
});

test("numbers with a negative zero keep their order", () => {
  const numbers = [...Array.from({ length: 60 }, () => 1), 0, -0, 0];
  expect((call("sort", numbers) as number[]).slice(0, 3).map((value) => Object.is(value, -0))).toEqual([
    false,
    true,
    false,
  ]);
});
