import { describe, expect, test } from "vitest";
import { stepFrom, testMessage } from "../../testing/component.ts";
import { splitStep } from "./split.ts";

const step = stepFrom(splitStep, "split: readings");

describe("split", () => {
  test("makes one message of each element, numbered under the parent", async () => {
    const parent = testMessage({ readings: [{ v: 1 }, { v: 2 }] }, { id: "p", meta: { device: "d1" } });
    expect(await step.process(parent)).toEqual([
      { id: "p#0", meta: parent.meta, body: { v: 1 } },
      { id: "p#1", meta: parent.meta, body: { v: 2 } },
    ]);
  });

  test("a list of one and its element alone have the same id", async () => {
    const parents = [{ readings: [{ v: 1 }] }, { readings: { v: 1 } }].map((body) => testMessage(body, { id: "p" }));
    for (const parent of parents) expect(await step.process(parent)).toMatchObject([{ id: "p#0", body: { v: 1 } }]);
  });

  test("children of children are numbered under theirs", async () => {
    expect(await step.process(testMessage({ readings: [1] }, { id: "p#3" }))).toMatchObject([{ id: "p#3#0" }]);
  });

  test("nothing and an empty array are discarded as nothing", async () => {
    expect(await step.process(testMessage({}))).toEqual({ discard: "nothing" });
    expect(await step.process(testMessage({ readings: [] }))).toEqual({ discard: "nothing" });
  });
});
