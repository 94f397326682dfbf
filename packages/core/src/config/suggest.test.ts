import * as fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, editDistance } from "./suggest.ts";

test("counts insertions, deletions, replacements and swaps", () => {
  const cases: readonly [string, string, number][] = [
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "", 3],
    ["subscibe", "subscribe", 1],
    ["ulr", "url", 1],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of cases) expect([a, b, editDistance(a, b)]).toEqual([a, b, distance]);
});

test("is symmetric, zero only for equals, and never more than the longer text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test("suggests what is near, and nothing that is far", () => {
  expect(didYouMean("ulr", ["method", "url"])).toBe('did you mean "url"?');
  expect(didYouMean("URL", ["method", "url"])).toBe('did you mean "url"?');
  expect(didYouMean("kafka", ["http", "file"])).toBeUndefined();
  expect(didYouMean("x".repeat(100), ["x".repeat(99)])).toBeUndefined();
});
