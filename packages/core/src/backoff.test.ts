import { expect, test } from "vitest";
import { backoffDelayMs } from "./backoff.ts";

const backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };

test("doubles from the first wait to the longest, the upper half by chance", () => {
  expect([1, 2, 3, 6, 7, 50].map((attempts) => backoffDelayMs(attempts, backoff, 1))).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000,
  ]);
  expect(backoffDelayMs(3, backoff, 0)).toBe(2000);
});

test("keeps the wait the other side asked for when it is longer", () => {
  expect(backoffDelayMs(1, backoff, 1, 30_000)).toBe(30_000);
  expect(backoffDelayMs(7, backoff, 1, 30_000)).toBe(60_000);
});
