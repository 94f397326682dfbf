import { expect, test } from "vitest";
import { durationBoundsMs, Durations } from "./durations.ts";

test("each duration falls into the first bucket that reaches as far, the longest into the last", () => {
  const durations = new Durations();
  for (const ms of [0, 1, 1.1, 300_000, 300_001]) durations.add(ms);
  const { buckets, count, sumMs } = durations.snapshot();
  expect(buckets).toHaveLength(durationBoundsMs.length + 1);
  expect([buckets[0], buckets[1], buckets.at(-2), buckets.at(-1)]).toEqual([2, 1, 1, 1]);
  expect(buckets.reduce((sum, each) => sum + each)).toBe(count);
  expect([count, sumMs]).toEqual([5, 600_003.1]);
});

test("a clock that was set back makes no time negative", () => {
  const durations = new Durations();
  durations.add(-5_000);
  expect(durations.snapshot()).toMatchObject({ count: 1, sumMs: 0 });
});

test("a snapshot stays what it was", () => {
  const durations = new Durations();
  const before = durations.snapshot();
  durations.add(3);
  expect(before).toMatchObject({ count: 0, sumMs: 0 });
  expect(before.buckets.every((each) => each === 0)).toBe(true);
});
