import { describe, expect, test } from "vitest";
import { stepFrom, testMessage } from "../../testing/component.ts";
import { filterStep } from "./filter.ts";

const step = stepFrom(filterStep, "filter: data.co2 > 1000");

describe("filter", () => {
  test("true keeps the message itself", async () => {
    const message = testMessage({ data: { co2: 1200 } });
    expect(await step.process(message)).toBe(message);
  });

  test("false filters", async () => {
    expect(await step.process(testMessage({ data: { co2: 400 } }))).toEqual({ discard: "filtered" });
  });

  test("no result filters and is counted apart", async () => {
    expect(await step.process(testMessage({ data: {} }))).toEqual({ discard: "nothing" });
  });

  test("anything else fails the message", async () => {
    const truthy = stepFrom(filterStep, "filter: data.open");
    await expect(async () => truthy.process(testMessage({ data: { open: "yes" } }))).rejects.toMatchObject({
      code: "EXPRESSION_NOT_BOOLEAN",
    });
  });

  test("sees the metadata", async () => {
    const ofDevice = stepFrom(filterStep, "filter: $meta.device = 'd1'");
    const message = testMessage({}, { meta: { device: "d1" } });
    expect(await ofDevice.process(message)).toBe(message);
  });
});
