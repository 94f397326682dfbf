import { expect, test } from "vitest";
import { remembered } from "./remembered-plan.ts";

test("a remembered plan answers as the plan does, and asks it once for each of its times", () => {
  let asked = 0;
  const plan = {
    description: "every ten until 100",
    next(after: number): number | undefined {
      asked += 1;
      return after >= 100 ? undefined : (Math.floor(after / 10) + 1) * 10;
    },
  };
  const { next } = remembered(plan);
  const times = [5, 9, 5, 10, 9, 10, 19, 20, 19, 15, 3, 99, 100, 250, 42];
  expect(times.map((after) => next(after))).toEqual([
    10,
    10,
    10,
    20,
    10,
    20,
    20,
    30,
    20,
    20,
    10,
    100,
    undefined,
    undefined,
    50,
  ]);
  asked = 0;
  const again = remembered(plan);
  // As around each tick: the time that has come, and the one after it.
  for (let at = 10; at <= 90; at += 10) for (const after of [at - 1, at, at + 1, at - 1, at]) again.next(after);
  expect(asked).toBe(10);
});
