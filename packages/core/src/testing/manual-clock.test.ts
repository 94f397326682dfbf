import { expect, test } from "vitest";
import { createManualClock } from "./manual-clock.ts";

test("timers run in order of their time, each seeing its own time", () => {
  const clock = createManualClock(1_000);
  const seen: [string, number][] = [];
  clock.setTimer(() => seen.push(["late", clock.now()]), 500);
  clock.setTimer(() => {
    seen.push(["early", clock.now()]);
    clock.setTimer(() => seen.push(["nested", clock.now()]), 100);
  }, 200);
  clock.advance(199);
  expect(seen).toEqual([]);
  clock.advance(1_000);
  expect(seen).toEqual([
    ["early", 1_200],
    ["nested", 1_300],
    ["late", 1_500],
  ]);
  expect(clock.now()).toBe(2_199);
});

test("a cancelled timer does not run, and whenTimer waits for the one asked for", async () => {
  const clock = createManualClock();
  let ran = 0;
  clock.setTimer(() => (ran += 1), 10).cancel();
  const armed = clock.whenTimer((delayMs) => delayMs > 20);
  clock.setTimer(() => (ran += 1), 15);
  clock.setTimer(() => (ran += 1), 30);
  expect(await armed).toBe(30);
  clock.advance(20);
  expect(ran).toBe(1);
  expect(clock.timers()).toEqual([10]);
});
