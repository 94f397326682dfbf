import { expect, test } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { createDeadlines } from "./deadlines.ts";

test("expires each deadline at its time, in order, and none that ended", () => {
  const clock = createManualClock();
  const deadlines = createDeadlines(clock, 100);
  const expired: string[] = [];
  const first = deadlines.start(() => expired.push("first"));
  clock.advance(50);
  deadlines.start(() => expired.push("second"));
  deadlines.start(() => expired.push("third")).end();
  clock.advance(49);
  expect(expired).toEqual([]);
  first.end();
  clock.advance(50);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toEqual(["second"]);
});

test("goes on after a pause without deadlines", () => {
  const clock = createManualClock();
  const deadlines = createDeadlines(clock, 100);
  deadlines.start(() => undefined).end();
  clock.advance(1000);
  let count = 0;
  deadlines.start(() => (count += 1));
  clock.advance(100);
  expect(count).toBe(1);
});
