import { expect, test } from "vitest";
import { describeResult, runSeed } from "./run.ts";

// Short years: many more are run by `pnpm test:simulation`.
const days = 30;

test.each([2, 4, 5])("D12 D13 whatever goes wrong, ledgers and devices agree; seed %i", async (seed) => {
  const result = await runSeed(seed, days);
  expect(result.violations.length === 0 ? "" : describeResult(result, 0)).toBe("");
  expect(result.counts.fired).toBeGreaterThan(50);
  expect(result.counts.requests).toBeGreaterThan(50);
});

test("a seed does the same again", async () => {
  const [first, second] = [await runSeed(7, 15), await runSeed(7, 15)];
  expect(second.digest).toBe(first.digest);
  expect(second.counts).toEqual(first.counts);
});
