import { expect, test } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { Patience } from "./patience.ts";

function watched() {
  const clock = createManualClock();
  const facts = { isPressed: true, times: 0 };
  const patience = new Patience({
    clock,
    lengthMs: 1000,
    isPressed: () => facts.isPressed,
    onOver: () => (facts.times += 1),
  });
  return { clock, facts, patience };
}

test("runs out when nothing moves, once, until something does", () => {
  const { clock, facts, patience } = watched();
  patience.watch();
  patience.watch();
  expect(clock.timers()).toEqual([500]);
  clock.advance(999);
  expect(facts.times).toBe(0);
  clock.advance(1);
  patience.watch();
  clock.advance(5000);
  expect([facts.times, patience.isOver]).toEqual([1, true]);
  patience.moved();
  expect(patience.isOver).toBe(false);
});

test("never runs out while something moves", () => {
  const { clock, facts, patience } = watched();
  patience.watch();
  for (let second = 0; second < 10; second += 1) {
    clock.advance(600);
    patience.moved();
  }
  expect(facts.times).toBe(0);
});

test("stops watching once nobody is held back any more", () => {
  const { clock, facts, patience } = watched();
  patience.watch();
  facts.isPressed = false;
  clock.advance(1000);
  expect([facts.times, clock.timers()]).toEqual([0, []]);
});
