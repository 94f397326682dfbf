import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "./index.ts";
import { isQuick, regexGrowth } from "./regex.ts";

test.each([
  ["abc", 1],
  ["[a-z]+", 2],
  ["dev\\/([0-9A-F]+)\\/(\\w+)", 3],
  ["\\d{4}-\\d{2}-\\d{2}", 1],
  ["a{2,5}b", 2],
  ["(?:abc)+", 2],
  ["[+*?(){}]x\\+\\(", 1],
  ["(a+)+", Infinity],
  ["(a|b)*", Infinity],
  ["((a?)b)+", Infinity],
  ["(a*){3}", Infinity],
  ["(a)\\1", Infinity],
  ["(?<n>a)\\k<n>", Infinity],
])("the steps of %s grow with the power %s", (source, degree) => {
  expect(regexGrowth(source).degree).toBe(degree);
});

test("short texts and plain patterns run natively, others are watched", () => {
  expect(isQuick(regexGrowth("dev\\/([0-9A-F]+)"), 200)).toBe(true);
  expect(isQuick(regexGrowth("\\s+$"), 100_000)).toBe(false);
  expect(isQuick(regexGrowth("(a+)+$"), 10)).toBe(false);
});

test("watched or not, matches are those of the engine", async () => {
  const patterns = ["(a|b)+c?", "(a+)+b", "a*b*", "(?:ab|ba)*", "(a)(b)?\\1", "[ab]{2}", "b(?=a)"];
  const expressions = patterns.map((source) => ({
    native: new RegExp(source, "g"),
    ours: compile(`$match($, /${source}/).match[]`, { limits: { timeMs: 600_000 } }),
  }));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...expressions), async (subject, { native, ours }) => {
      const wanted = [...subject.matchAll(native)].map(([match]) => match);
      fc.pre(!wanted.includes(""));
      expect((await ours.evaluate(subject)) ?? []).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});
