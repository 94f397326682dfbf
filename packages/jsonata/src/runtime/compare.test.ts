import jsonata from "jsonata";
import { beforeEach, expect, test } from "vitest";
import { pick, randomData, seeded } from "../functions/testing/random-arguments.ts";
import { defaultLimits } from "../limits.ts";
import { budget } from "./budget.ts";
import { deepEqual } from "./compare.ts";

// Comparing looks at the clock of the evaluation that it is part of.
beforeEach(() => budget.begin({ ...defaultLimits, timeMs: 60_000 }));

/** A value that is often equal to the given one, and often nearly. */
function similar(random: () => number, value: unknown): unknown {
  if (random() < 0.05) return randomData(random, 1);
  if (Array.isArray(value)) return value.map((item: unknown) => similar(random, item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, similar(random, item)] as const);
  return Object.fromEntries(random() < 0.5 ? entries.toReversed() : entries);
}

test("equals what the reference holds equal", async () => {
  const random = seeded(11);
  const equal = jsonata("$a = $b");
  let equals = 0;
  for (let round = 0; round < 4000; round++) {
    const a = randomData(random);
    const b = pick(random, [similar(random, a), similar(random, a), randomData(random)]);
    if (a === undefined || b === undefined) continue;
    const theirs = (await equal.evaluate(undefined, { a, b })) as boolean;
    expect(deepEqual(a, b), `${JSON.stringify(a)} = ${JSON.stringify(b)}`).toBe(theirs);
    if (theirs) equals++;
  }
  expect(equals).toBeGreaterThan(500);
});

test("an array equals an object with the same properties, its length among them", async () => {
  const cases: [unknown, unknown][] = [
    [[], { length: 0 }],
    [["x"], { 0: "x", length: 1 }],
    [["x"], { 0: "y", length: 1 }],
    [["x"], { 0: "x", length: 2 }],
    [["x"], { 0: "x" }],
    [[["x"]], { 0: { 0: "x", length: 1 }, length: 1 }],
  ];
  for (const [a, b] of cases) {
    const theirs: unknown = await jsonata("[$a = $b, $b = $a]").evaluate(undefined, { a, b });
    expect([deepEqual(a, b), deepEqual(b, a)], JSON.stringify([a, b])).toEqual(theirs);
  }
});

test("looks at the clock when shared data makes a comparison endless", () => {
  const twice = (levels: number): unknown => {
    let value: unknown = { leaf: 1 };
    for (let level = 0; level < levels; level++) value = [value, value];
    return value;
  };
  budget.begin({ ...defaultLimits, timeMs: 20 });
  expect(() => deepEqual(twice(60), twice(60))).toThrow(expect.objectContaining({ code: "LIMIT_TIME" }));
});
