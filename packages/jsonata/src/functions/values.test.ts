// Built-in functions as values: context, marks, partial application, callers' functions.
import jsonata from "jsonata";
import { beforeEach, expect, test } from "vitest";
import { defaultLimits } from "../limits.ts";
import { original } from "../reference/reference.ts";
import { budget } from "../runtime/budget.ts";
import { Tail } from "../runtime/call.ts";
import { asSequence, isSequence, type Fn } from "../runtime/values.ts";
import { builtIns, withSignature, withValidator, type BuiltIn } from "./built-ins.ts";

beforeEach(() => budget.begin({ ...defaultLimits, timeMs: Infinity }));

const builtIn = (name: string): BuiltIn => builtIns.get(name)!;
const call = (name: string, ...args: unknown[]): unknown => builtIn(name).value.apply(undefined, args);
/** The items without the mark of a sequence. */
const items = (value: unknown): unknown[] => Array.from(value as unknown[]);

test("arity and parameters are those of the reference's implementation", async () => {
  for (const [name, { value, parameters }] of builtIns) {
    expect(value.arity, name).toBe(original(name).length);
    const holes = Array.from({ length: parameters ?? 1 }, () => "?").join();
    const partial = jsonata(`($f := $${name}(${holes}); "made")`).evaluate(undefined);
    const told: unknown = await partial.catch(() => "refused");
    expect(told, name).toBe(parameters === undefined ? "refused" : "made");
  }
});

test("the context stands in where the signature says so, nothing when it is called back", () => {
  expect(builtIn("uppercase").value.call("text")).toBe("TEXT");
  expect(builtIn("uppercase").value.call(undefined)).toBeUndefined();
  expect(() => builtIn("uppercase").value.call(null)).toThrow(expect.objectContaining({ code: "T0411", value: null }));
  expect(() =>
    call(
      "map",
      [undefined, 1],
      withSignature((x) => x, "<s-n>", 1),
    ),
  ).toThrow(expect.objectContaining({ code: "T0411", value: null, index: 1 }));
});

test("sequences stay sequences, and become plain arrays, as in the reference", () => {
  const pair = asSequence([1, 2, 2]);
  expect(isSequence(call("distinct", pair))).toBe(true);
  expect(isSequence(call("distinct", [1, 2, 2]))).toBe(false);
  expect(isSequence(call("append", pair, 3))).toBe(false);
  expect(call("append", undefined, pair)).toBe(pair);
  for (const name of ["map", "filter"]) expect(isSequence(call(name, [1], () => 1))).toBe(true);
  for (const name of ["keys", "spread"]) expect(isSequence(call(name, { a: 1 }))).toBe(true);
  expect(isSequence(call("each", { a: 1 }, () => 1))).toBe(true);
  expect(isSequence(call("spread", [{ a: 1 }]))).toBe(false);
  expect(isSequence(call("lookup", [{ a: 1 }], "a"))).toBe(true);
  expect(isSequence(call("sort", pair))).toBe(false);
});

test("calls that callbacks leave to be made are made", () => {
  const tail: Fn = (value) => new Tail((x: unknown) => (x as number) * 2, [value]);
  expect(items(call("map", [1, 2], tail))).toEqual([2, 4]);
  expect(items(call("filter", [0, 1], tail))).toEqual([1]);
  expect(items(call("each", { a: 4 }, tail))).toEqual([8]);
  expect(call("sift", { a: 0, b: 1 }, tail)).toEqual({ b: 1 });
  const add: Fn = (a, b) => new Tail((x: unknown) => x, [(a as number) + (b as number)]);
  expect(call("reduce", [1, 2, 3], add)).toBe(6);
});

test("data never reaches a prototype", () => {
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    expect(call("lookup", {}, name)).toBeUndefined();
    expect(items(call("lookup", [{}, { a: 1 }], name))).toEqual([]);
  }
  const merged = call("merge", [{ a: 1 }, JSON.parse('{"__proto__":{"polluted":true}}')]) as object;
  expect(Object.keys(merged)).toEqual(["a", "__proto__"]);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
  expect(Object.keys(call("clone", JSON.parse('{"__proto__":1}')) as object)).toEqual(["__proto__"]);
  expect(call("string", JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
});

test("data that imitates the reference's functions stays data", () => {
  const imitation = { _jsonata_lambda: true, a: 1 };
  expect(call("type", imitation)).toBe("object");
  expect(call("boolean", imitation)).toBe(true);
  expect(items(call("keys", imitation))).toEqual(["_jsonata_lambda", "a"]);
  expect(call("string", imitation)).toBe('{"_jsonata_lambda":true,"a":1}');
  expect(call("lookup", imitation, "a")).toBe(1);
});

test("what is no plain data is written as JSON writes it", () => {
  const date = new Date(0);
  expect(call("string", { date })).toBe('{"date":"1970-01-01T00:00:00.000Z"}');
  expect(call("string", [Buffer.from("a")], true)).toBe(JSON.stringify([Buffer.from("a")], undefined, 2));
  expect(call("clone", { date })).toEqual({ date: "1970-01-01T00:00:00.000Z" });
});

test("a caller's function has its arity, is checked, and gets no context", () => {
  const given: unknown[] = [];
  const fn = withSignature((...args) => given.push(args), "<s-n?:s>", 2) as Fn & { arity: number };
  fn.call("context");
  fn.call(undefined, "text", 1);
  expect(given).toEqual([
    ["context", undefined],
    ["text", 1],
  ]);
  expect(fn.arity).toBe(2);
  expect(() => fn("text", "text")).toThrow(expect.objectContaining({ code: "T0410", index: 2 }));
  expect(() => withSignature((x) => x, "<s<n>>", 1)).toThrow(expect.objectContaining({ code: "S0401" }));
  expect(withSignature((x) => x, undefined, 1)("any")).toBe("any");
});

test("a lambda with a signature keeps its arity and its tail calls", () => {
  const lambda: Fn = (a, b) => new Tail(() => [a, b], []);
  const { signature } = jsonata("function($a,$b)<s-n:x>{1}").ast() as unknown as {
    signature: Parameters<typeof withValidator>[1];
  };
  const fn = withValidator(lambda, signature) as Fn & { arity: number };
  expect(fn.arity).toBe(2);
  expect(fn.call("context", 1)).toBeInstanceOf(Tail);
  expect(() => fn.call(1, 1)).toThrow(expect.objectContaining({ code: "T0411", value: 1 }));
});

test("$random and $shuffle", () => {
  for (let turn = 0; turn < 100; turn++) {
    const value = call("random") as number;
    expect(value >= 0 && value < 1).toBe(true);
  }
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = call("shuffle", numbers) as number[];
  expect(shuffled).not.toEqual(numbers);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(numbers);
  expect(call("shuffle", 1)).toEqual([1]);
});
