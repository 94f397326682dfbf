import { describe, expect, test } from "vitest";
import type { Step } from "../../component/contracts.ts";
import { isDiscard } from "../../component/contracts.ts";
import { stepFrom, testMessage } from "../../testing/component.ts";
import { deadbandStep } from "./deadband.ts";

const start = Date.UTC(2026, 0, 1);

async function passed(step: Step, values: readonly unknown[], options: { device?: string; everyMs?: number } = {}) {
  const { device = "d1", everyMs = 60_000 } = options;
  const kept: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const time = new Date(start + index * everyMs).toISOString();
    const outcome = await step.process(testMessage({ value, channel: index % 2 }, { meta: { device, time } }));
    if (!isDiscard(outcome)) kept.push(value);
  }
  return kept;
}

describe("deadband", () => {
  test("passes a value that changed enough since the last one that passed", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 1 }");
    expect(await passed(step, [20, 20.9, 21, 20.5, 22, 20])).toEqual([20, 21, 22, 20]);
  });

  test("slow drift is not lost", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 1 }");
    expect(await passed(step, [20, 20.4, 20.8, 21.2, 21.6])).toEqual([20, 21.2]);
  });

  test("a difference that binary fractions make a little smaller counts", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 0.1 }");
    expect(await passed(step, [0.2, 0.3])).toEqual([0.2, 0.3]);
  });

  test("percent is of the last value that passed; of zero any change passes", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, percent: 10 }");
    expect(await passed(step, [100, 109, 110, 120, 121, 0, 0, 0.001, -100, -105])).toEqual([
      100, 110, 121, 0, 0.001, -100,
    ]);
  });

  test("change and percent: either is enough", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 5, percent: 10 }");
    expect(await passed(step, [10, 11, 100, 104, 105])).toEqual([10, 11, 100, 105]);
  });

  test("maxInterval lets a steady value through when the last one is that old", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 1, maxInterval: 2m }");
    expect(await passed(step, [20, 20.1, 20.2, 20.3, 20.4])).toEqual([20, 20.2, 20.4]);
  });

  test("devices are compared with themselves, or what key gives", async () => {
    const perDevice = stepFrom(deadbandStep, "deadband: { value: value, change: 10 }");
    expect(await passed(perDevice, [1], { device: "a" })).toEqual([1]);
    expect(await passed(perDevice, [2], { device: "b" })).toEqual([2]);
    expect(await passed(perDevice, [3], { device: "a" })).toEqual([]);
    const perChannel = stepFrom(deadbandStep, "deadband: { value: value, change: 10, key: channel }");
    expect(await passed(perChannel, [1, 2, 3, 4])).toEqual([1, 2]);
  });

  test("a forgotten device counts as new", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 10, maxKeys: 2 }");
    for (const device of ["a", "b", "a", "c"]) await passed(step, [1], { device });
    expect(await passed(step, [1], { device: "a" })).toEqual([]);
    expect(await passed(step, [1], { device: "b" })).toEqual([1]);
  });

  test("a message without the value is discarded as nothing", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: missing, change: 1 }");
    expect(await step.process(testMessage({}))).toEqual({ discard: "nothing" });
  });

  test("a value that is no number fails the message", async () => {
    const step = stepFrom(deadbandStep, "deadband: { value: value, change: 1 }");
    for (const value of ["20", null, true, [1, 2]]) {
      await expect(async () => step.process(testMessage({ value }))).rejects.toMatchObject({
        code: "EXPRESSION_NOT_NUMBER",
      });
    }
  });
});
