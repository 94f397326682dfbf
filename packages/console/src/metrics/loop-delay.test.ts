import { createManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { LoopDelay } from "./loop-delay.ts";

test("a timer that comes late was held up by as much", () => {
  const clock = createManualClock();
  // A loop that stands still: its timers come when it goes on.
  let isHalted = false;
  let haltedMs = 0;
  const loop = { ...clock, monotonic: () => clock.monotonic() + (isHalted ? haltedMs : 0) };
  const delay = new LoopDelay(loop);
  delay.start();
  clock.advance(100);
  [isHalted, haltedMs] = [true, 700];
  clock.advance(100);
  delay.stop();
  clock.advance(1_000);
  expect(delay.snapshot()).toMatchObject({ count: 2, sumMs: 700 });
});
