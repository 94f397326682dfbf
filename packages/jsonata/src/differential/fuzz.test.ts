import { describe, expect, test } from "vitest";
import { fuzz, subject } from "./fuzz.ts";

// Of all expressions, those that may run on the reference ($eval does); of all evaluations, those that may be run again.
const mostFallbacks = 0.005;
const mostReruns = 0.2;
// Evaluations that have a value and were run again all the same: ours failed where it should not have.
const mostHealed = 0.004;
const fewestValues = 0.65;

describe("random expressions behave as in npm jsonata", () => {
  test.each([20241122, 7])(
    "seed %i",
    async (seed) => {
      const report = await fuzz({ seed, count: 2500, reduceAtMost: 3 });
      expect(report.differences.map(({ index, trial }) => ({ index, ...trial }))).toEqual([]);
      expect(report.differing).toBe(0);
      expect(report.values / report.evaluations).toBeGreaterThan(fewestValues);
      expect(report.fallbacks / report.count).toBeLessThan(mostFallbacks);
      expect(report.healed / report.evaluations).toBeLessThan(mostHealed);
      expect(report.reruns / report.evaluations).toBeLessThan(mostReruns);
    },
    120_000,
  );
});

test("a seed and an index always give the same expression and inputs", () => {
  for (let index = 0; index < 200; index++) expect(subject(5, index)).toEqual(subject(5, index));
  expect(subject(5, 1)).not.toEqual(subject(6, 1));
});

test("the expressions use the whole language", () => {
  const texts = Array.from({ length: 6000 }, (_, index) => subject(1, index).text);
  const marks = [
    "[]",
    "**",
    "%.",
    "@$",
    "#$",
    "^(",
    "~>",
    "|",
    ":=",
    "function(",
    "λ(",
    "(?",
    "?:",
    "??",
    " in ",
    " and ",
    " or ",
  ];
  const more = [
    "..",
    "/i",
    "`",
    "/*",
    "\\u",
    "}{",
    "<n:n>",
    "$eval(",
    "$vars",
    "$error(",
    "$sort(",
    "$each(",
    "[[",
    "'",
  ];
  const rare = [...marks, ...more].filter((mark) => texts.filter((text) => text.includes(mark)).length < 2);
  expect(rare).toEqual([]);
});
