import { expect, test } from "vitest";
import { sinkFrom, testMessage } from "../../testing/component.ts";
import { dropSink } from "./drop.ts";

test("drop discards each message as dropped", async () => {
  const sink = sinkFrom(dropSink, "drop: {}");
  const results = await sink.write([testMessage(1), testMessage(2)], new AbortController().signal);
  expect(results).toEqual([
    { status: "discarded", reason: "dropped" },
    { status: "discarded", reason: "dropped" },
  ]);
});
