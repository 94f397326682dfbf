import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-03-02T06:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const DAY_MS = 86_400_000;

test("waits longer than setTimeout can", () => {
  let called = 0;
  systemClock.setTimer(() => called++, 60 * DAY_MS);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(called).toBe(0);
  vi.advanceTimersByTime(1);
  expect([called, vi.getTimerCount()]).toEqual([1, 0]);
});

test("a timer that is cancelled after its first half does not fire", () => {
  let called = 0;
  const cancel = systemClock.setTimer(() => called++, 60 * DAY_MS);
  vi.advanceTimersByTime(40 * DAY_MS);
  cancel();
  expect([called, vi.getTimerCount()]).toEqual([0, 0]);
  expect(systemClock.now()).toBe(Date.parse("2026-04-11T06:00:00Z"));
});
