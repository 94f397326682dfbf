import { expect, test } from "vitest";
import { checkDefinition, checkFields, checkKeys } from "./fields.ts";

test.each([
  [{ name: "Ticks", indexes: [] }, /kebab case/],
  [{ name: "a:b", indexes: [] }, /kebab case/],
  [{ name: "ticks", indexes: ["a b"] }, /no identifier/],
  [{ name: "ticks", indexes: ["a", "a"] }, /names an index twice/],
  [{ name: "ticks", indexes: ["a", "b", "c", "d", "e", "f", "g", "h", "i"] }, /has 9 indexes, at most 8/],
])("a definition no store takes is refused: %j", (definition, message) => {
  expect(() => checkDefinition(definition)).toThrow(message);
});

test("a row may leave fields out, and have no others", () => {
  const definition = { name: "ticks", indexes: ["state"] };
  expect(() => checkFields(definition, {})).not.toThrow();
  expect(() => checkFields(definition, { state: "x" })).not.toThrow();
  expect(() => checkFields(definition, { colour: "x" })).toThrow('collection "ticks" has no index "colour"');
});

test("keys end at 1,000 bytes, not characters", () => {
  expect(() => checkKeys("x".repeat(1_000), "é".repeat(500))).not.toThrow();
  for (const key of ["x".repeat(1_001), "é".repeat(501)]) {
    expect(() => checkKeys("fine", key)).toThrow(expect.objectContaining({ code: "STORE_KEY_TOO_LONG" }) as Error);
  }
});
