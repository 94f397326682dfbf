import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonError } from "./json-error.ts";

describe("where a text stops being JSON", () => {
  test.each([
    ["", 0],
    ["  ", 2],
    ["abc", 0],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ["{a: 1}", 1],
    ["[1 2]", 3],
    ["[1,]", 3],
    ["[1", 2],
    ['{"a": "b', 8],
    ['"a\nb"', 2],
    ['"\\x"', 2],
    ['"\\u12"', 5],
    ["1 2", 2],
    ["01", 1],
    ["-", 1],
    ["1.x", 2],
    ["[}", 1],
    ["nul", 3],
    ['{"a":{"b":[1,{"c":tru}]}}', 21],
  ])("%j at %i", (text, offset) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(findJsonError(text)).toBe(offset);
  });

  test("whatever JSON.parse refuses has a place, and where V8 names one it is that", () => {
    const valid = fc.json({ maxDepth: 3 });
    const mutated = fc.tuple(valid, fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2)).map(([text, at, put, cut]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + cut);
    });
    // 20,000 texts that are broken, whatever the mutation made of the rest.
    const property = fc.property(mutated.filter(isBroken), (text) => {
      const found = findJsonError(text);
      expect(found).toBe(placeByV8(text) ?? found);
      expect(found).toBeLessThanOrEqual(text.length);
    });
    fc.assert(property, { numRuns: 20_000 });
  });
});

function isBroken(text: string): boolean {
  return complaintOf(text) !== undefined;
}

/** Where V8 says that a text breaks; its messages name a place only now and then. */
function placeByV8(text: string): number | undefined {
  const place = /at position (\d+)/.exec(complaintOf(text) ?? "")?.[1];
  return place === undefined ? undefined : Number(place);
}

function complaintOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
