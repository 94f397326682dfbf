import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../index.ts";
import { isQuick, quickLength } from "./regex.ts";
import { regexGrowth, type Growth } from "./regex-growth.ts";

const growthOf = (source: string): Growth => regexGrowth({ source, flags: "g" });

test("short texts and plain patterns run natively, others are watched", () => {
  expect(isQuick(growthOf("dev\\/([0-9A-F]+)"), 200)).toBe(true);
  expect(isQuick(growthOf("T=([\\d.]+);H=([\\d.]+);P=(\\d+)"), 200)).toBe(true);
  expect(isQuick(growthOf("\\s+$"), 100_000)).toBe(false);
  expect(isQuick(growthOf("(a+)+$"), 10)).toBe(false);
});

test("what is known to be quick on a text is so on any shorter one", () => {
  for (const source of ["abc", "a+b", ".*x.*y", "(a+)+", "^(\\w+)$"]) {
    const growth = growthOf(source);
    const length = quickLength(growth);
    expect(isQuick(growth, length + 2)).toBe(false);
    expect(length === -1 || isQuick(growth, length)).toBe(true);
  }
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
