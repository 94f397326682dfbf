import { describe, expect, test } from "vitest";
import { stepFrom, testMessage } from "../../testing/component.ts";
import { transformStep } from "./transform.ts";

describe("transform", () => {
  test("the result becomes the body; id and metadata stay", async () => {
    const step = stepFrom(transformStep, "transform: |\n  { 'f': data.temperature * 1.8 + 32 }");
    const message = testMessage({ data: { temperature: 20 } }, { id: "a", meta: { device: "d1" } });
    expect(await step.process(message)).toEqual({ id: "a", meta: message.meta, body: { f: 68 } });
  });

  test("an array is one message", async () => {
    const step = stepFrom(transformStep, "transform: '[1, 2]'");
    expect(await step.process(testMessage({}))).toMatchObject({ body: [1, 2] });
  });

  test("null is a result", async () => {
    const step = stepFrom(transformStep, "transform: 'null'");
    expect(await step.process(testMessage({}))).toMatchObject({ body: null });
  });

  test("no result fails the message", async () => {
    for (const yaml of ["transform: data.missing", "transform: { expression: data.missing }"]) {
      const step = stepFrom(transformStep, yaml);
      await expect(async () => step.process(testMessage({}))).rejects.toMatchObject({ code: "EXPRESSION_NO_RESULT" });
    }
  });

  test("onNothing: filter leaves the message out", async () => {
    const step = stepFrom(transformStep, "transform: { expression: data.missing, onNothing: filter }");
    expect(await step.process(testMessage({}))).toEqual({ discard: "filtered" });
    expect(await step.process(testMessage({ data: { missing: 1 } }))).toMatchObject({ body: 1 });
  });
});
