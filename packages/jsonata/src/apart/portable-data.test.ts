import { expect, test } from "vitest";
import { checkPortable, NotApartError } from "./portable-data.ts";

class Reading {
  value = 1;
}
const nested = (levels: number): unknown => {
  let data: unknown = 1;
  for (let level = 0; level < levels; level++) data = [data];
  return data;
};

test.each([
  ["JSON", JSON.parse('{"a": [1, "b", null, true, {"__proto__": {"c": []}}]}')],
  ["nothing", undefined],
  ["nothing inside", { a: undefined, b: [undefined] }],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
  ["an object whose prototype has none", Object.assign(Object.create(Object.create(null)), { a: 1 })],
])("%s can be copied", (_name, data) => {
  expect(() => checkPortable(data)).not.toThrow();
  expect(structuredClone(data)).toEqual(data);
});

test.each([
  ["a function", { a: [() => 1] }, /holds a function/],
  ["a symbol", [Symbol("s")], /holds a symbol/],
  ["a Buffer", { payload: Buffer.from("00ff", "hex") }, /holds a Buffer/],
  ["a Date", { at: new Date(0) }, /holds a Date/],
  ["an object of a class", { reading: new Reading() }, /holds a Reading/],
  ["data nested too deeply", nested(100_000), /nested too deeply/],
])("%s stays here", (_name, data, message) => {
  expect(() => checkPortable(data)).toThrow(NotApartError);
  expect(() => checkPortable(data)).toThrow(message);
});
