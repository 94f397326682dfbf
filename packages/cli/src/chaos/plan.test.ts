import { expect, test } from "vitest";
import { type FaultClass, faultClasses } from "./faults.ts";
import { reactionOf, rejections, requestMoods } from "./moods.ts";
import { describePlan, planRound, type PlannedFault } from "./plan.ts";
import { createRandom } from "@signalbox/core/testing";

function planOf(seed: number, classes: readonly FaultClass[]): readonly PlannedFault[] {
  const receivers = { http: ["a", "b"], link: ["c"] };
  return planRound({
    random: createRandom(seed),
    durationMs: 120_000,
    classes: new Set(classes),
    receivers,
    requestMoods,
    killEveryMs: undefined,
  });
}

test("a seed is a plan: the same again, another for another seed, in order of time and within it", () => {
  const plan = planOf(1, faultClasses);
  expect(planOf(1, faultClasses)).toEqual(plan);
  expect(describePlan(planOf(2, faultClasses))).not.toBe(describePlan(plan));
  const times = plan.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(120_000);
  expect(new Set(plan.map(({ fault }) => fault.class))).toEqual(new Set(faultClasses));
});

test("a class that is left out takes its faults with it and moves no other", () => {
  const without = planOf(
    1,
    faultClasses.filter((name) => name !== "kill"),
  );
  expect(without).toEqual(planOf(1, faultClasses).filter(({ fault }) => fault.class !== "kill"));
});

test("what is rejected is not kept, and only in that mood", () => {
  const random = createRandom(1);
  const reactions = Array.from({ length: 200 }, () => reactionOf("rejecting", random));
  for (const { isKept, isRejected = false } of reactions) expect(isRejected).toBe(!isKept);
  const rejected = reactions.filter(({ isKept }) => !isKept).map(({ answer }) => answer);
  expect(new Set(rejected)).toEqual(new Set(rejections));
});

test("kills come when they are told to, whatever the seed", () => {
  const options = { receivers: { http: ["a"], link: [] }, requestMoods, killEveryMs: 5_000 };
  const plan = planRound({ random: createRandom(1), durationMs: 16_000, classes: new Set(["kill"]), ...options });
  expect(plan.map(({ atMs }) => atMs)).toEqual([5_000, 10_000, 15_000]);
});

test("no mood answers what a sender may not try again", () => {
  const random = createRandom(1);
  for (const mood of requestMoods) {
    for (let time = 0; time < 200; time += 1) {
      const { answer, isKept } = reactionOf(mood, random);
      if (typeof answer !== "number") continue;
      const isTriedAgain = answer >= 500 || [401, 403, 407, 408, 425, 429].includes(answer);
      expect(isTriedAgain || (isKept && answer >= 200 && answer < 300), `${mood} ${answer}`).toBe(true);
    }
  }
});
