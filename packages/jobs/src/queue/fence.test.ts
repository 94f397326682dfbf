import { createManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { createFence } from "./fence.ts";

test("a lock that is not renewed counts as lost before it can have run out", () => {
  const clock = createManualClock();
  const fence = createFence(clock, 5_000);
  const renewed = fence.hold("a");
  const forgotten = fence.hold("b");
  clock.advance(4_000);
  fence.renewed(["a"]);
  clock.advance(1_000);
  expect(forgotten.signal.aborted).toBe(true);
  expect(renewed.signal.aborted).toBe(false);
  clock.advance(4_000);
  expect(renewed.signal.aborted).toBe(true);
});

test("a lock that is told to be lost is lost at once; one that was released is nobody's", () => {
  const clock = createManualClock();
  const fence = createFence(clock, 5_000);
  const lost = fence.hold("a");
  const released = fence.hold("b");
  released.release();
  fence.lost(["a", "b", "c"]);
  expect(lost.signal.aborted).toBe(true);
  expect(released.signal.aborted).toBe(false);
  lost.release();
  clock.advance(1_000);
  expect(clock.timers()).toEqual([]);
});

test("closing it leaves no timer", () => {
  const clock = createManualClock();
  const fence = createFence(clock, 5_000);
  fence.hold("a");
  fence.close();
  expect(clock.timers()).toEqual([]);
});
