import { expect, test } from "vitest";
import type { SinkItem } from "./model.ts";
import { dropSink } from "../components/sinks/drop.ts";
import { pipelineAround } from "../testing/project.ts";

function sink(keys: string): Pick<SinkItem, "breaker" | "maxInFlight" | "parked"> {
  const [item] = pipelineAround(dropSink, `drop: {}\n${keys}`).sinks;
  if (item === undefined) throw new Error("no sink");
  const { breaker, maxInFlight, parked } = item;
  return { breaker, maxInFlight, parked };
}

test("a sink that says nothing is left alone after five failures, and has room for a million parked messages", () => {
  expect(sink("")).toEqual({
    breaker: { failures: 5, openForMs: 1000, maxOpenForMs: 60_000 },
    maxInFlight: undefined,
    parked: { count: 1_000_000, bytes: 1e9 },
  });
});

test("each of it can be said otherwise", () => {
  const keys =
    "breaker: { failures: 2, openFor: 3s, maxOpenFor: 4m }\nmaxInFlight: 7\nparked: { count: 8, bytes: 9kB }";
  expect(sink(keys)).toEqual({
    breaker: { failures: 2, openForMs: 3000, maxOpenForMs: 240_000 },
    maxInFlight: 7,
    parked: { count: 8, bytes: 9000 },
  });
});
