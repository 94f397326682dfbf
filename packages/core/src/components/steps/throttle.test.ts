import { describe, expect, test } from "vitest";
import { isDiscard, type Step } from "../../component/contracts.ts";
import { stepFrom, testMessage } from "../../testing/component.ts";
import { throttleStep } from "./throttle.ts";

const start = Date.UTC(2026, 0, 1);

/** The seconds of those messages that passed. */
async function passed(step: Step, seconds: readonly number[], device = "d1", body: unknown = {}): Promise<number[]> {
  const kept: number[] = [];
  for (const second of seconds) {
    const time = new Date(start + second * 1_000).toISOString();
    if (!isDiscard(await step.process(testMessage(body, { meta: { device, time } })))) kept.push(second);
  }
  return kept;
}

describe("throttle", () => {
  test("keeps the first message of each interval, by the messages' own times", async () => {
    const step = stepFrom(throttleStep, "throttle: { interval: 1m }");
    expect(await passed(step, [0, 30, 59, 60, 61, 125])).toEqual([0, 60, 125]);
  });

  test("what does not pass is filtered", async () => {
    const step = stepFrom(throttleStep, "throttle: { interval: 1m }");
    await passed(step, [0]);
    expect(await step.process(testMessage({}, { meta: { device: "d1" } }))).toEqual({ discard: "filtered" });
  });

  test("no stretch of the interval has more than count", async () => {
    const step = stepFrom(throttleStep, "throttle: { count: 2, interval: 1m }");
    expect(await passed(step, [0, 50, 55, 60, 70, 109, 110, 111])).toEqual([0, 50, 60, 110]);
  });

  test("devices are counted for themselves, or together, or by key", async () => {
    const perDevice = stepFrom(throttleStep, "throttle: { interval: 1m, per: device }");
    expect(await passed(perDevice, [0], "a")).toEqual([0]);
    expect(await passed(perDevice, [1], "b")).toEqual([1]);
    const together = stepFrom(throttleStep, "throttle: { interval: 1m, per: pipeline }");
    expect(await passed(together, [0], "a")).toEqual([0]);
    expect(await passed(together, [1], "b")).toEqual([]);
    const byAlarm = stepFrom(throttleStep, "throttle: { interval: 1m, key: alarm }");
    expect(await passed(byAlarm, [0], "a", { alarm: "leak" })).toEqual([0]);
    expect(await passed(byAlarm, [1], "b", { alarm: "leak" })).toEqual([]);
    expect(await passed(byAlarm, [2], "b", { alarm: "battery" })).toEqual([2]);
  });

  test("one message of a clock that runs ahead shuts nothing out", async () => {
    const step = stepFrom(throttleStep, "throttle: { interval: 1m }");
    expect(await passed(step, [100_000_000, 0, 30, 60])).toEqual([100_000_000, 0, 60]);
  });

  test("a forgotten device counts as new", async () => {
    const step = stepFrom(throttleStep, "throttle: { interval: 1m, maxKeys: 1 }");
    expect(await passed(step, [0], "a")).toEqual([0]);
    expect(await passed(step, [1], "b")).toEqual([1]);
    expect(await passed(step, [2], "a")).toEqual([2]);
  });
});
