import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../index.ts";
import { library } from "./index.ts";

const call = (name: string, ...args: unknown[]): unknown => library[name]?.call(...args);
const names = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("__proto__", "constructor", "toString", "a", "b"));
const object = fc.array(fc.tuple(names, fc.integer()), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs));

test("what is picked and what is omitted make the whole, and nothing inherited is a field", () => {
  fc.assert(
    fc.property(object, fc.array(names), (given, chosen) => {
      const before = structuredClone(given);
      const picked = call("pick", given, chosen) as object;
      const rest = call("omit", given, chosen) as object;
      expect(Object.keys(picked).every((name) => chosen.includes(name))).toBe(true);
      expect(Object.keys({ ...picked, ...rest }).toSorted()).toEqual(Object.keys(given).toSorted());
      expect(Object.keys(picked).length + Object.keys(rest).length).toBe(Object.keys(given).length);
      expect(Object.getPrototypeOf(picked)).toBe(Object.prototype);
      expect(given).toEqual(before);
    }),
  );
});

test("fields are renamed in their places", () => {
  const renamed = call("rename", { a: 1, b: 2, c: 3 }, { a: "b", b: "a", x: "y" }) as object;
  expect(Object.entries(renamed)).toEqual([
    ["b", 1],
    ["a", 2],
    ["c", 3],
  ]);
  expect(() => call("rename", { a: 1, b: 2 }, { a: "b" })).toThrow('there would be two fields "b"');
  expect(() => call("rename", { a: 1 }, { a: 5 })).toThrow("the new name of a field must be a text, not 5");
  const hostile = call("rename", { a: { x: 1 } }, { a: "__proto__" }) as object;
  expect(Object.keys(hostile)).toEqual(["__proto__"]);
  expect((hostile as { x?: number }).x).toBeUndefined();
});

test("metadata goes into the body, over fields of the same name", () => {
  const meta = { device: "d1", time: "t", request: { path: "/" } };
  expect(call("withMeta", { device: 0, x: 1 }, meta, "device")).toEqual({ device: "d1", x: 1 });
  expect(call("withMeta", {}, meta, ["topic", "time", "toString"])).toEqual({ time: "t" });
  expect(call("withMeta", {}, meta, { request: "by", topic: "t" })).toEqual({ by: { path: "/" } });
  expect(() => call("withMeta", [], meta, ["time"])).toThrow("the body must be an object, not an array of 0");
  expect(() => call("withMeta", {}, meta, { time: 1 })).toThrow("the new name must be a text, not 1");
});

test("they take the context for the object, each item of a list at a time", async () => {
  const input = { list: [{ a: 1, b: 2 }, { a: 3 }] };
  const evaluate = (text: string): unknown => compile(text, { functions: library }).evaluate(input);
  expect(await evaluate('list.$pick("a")')).toEqual([{ a: 1 }, { a: 3 }]);
  expect(await evaluate('list.$rename({"a": "x"})')).toEqual([{ x: 1, b: 2 }, { x: 3 }]);
});
