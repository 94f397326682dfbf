import { beforeEach, expect, test } from "vitest";
import { delivered, type Sink, type WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import { SignalboxError } from "../errors/error.ts";
import { testMessage } from "../testing/component.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { Durations } from "./durations.ts";
import { SinkTries } from "./sink-tries.ts";

const at = { file: "a.yaml", line: 3, column: 5 };
const messages = [testMessage(1), testMessage(2)];
const facts = { attempt: 1, wasParked: false };
let ends: (readonly WriteResult[])[] = [];
beforeEach(() => (ends = []));

function begin(write: Sink["write"]) {
  const clock = createManualClock();
  const durations = new Durations();
  const options = { clock, durations, tracer: undefined };
  const tries = new SinkTries({ name: "out", at, timeoutMs: 100 } as SinkItem, { write }, options);
  tries.begin(messages, facts, (results) => ends.push(results));
  return { clock, tries, durations };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const both = (cause: object): object[] => [{ cause }, { cause }];

test("ends as the sink answers", async () => {
  const { clock } = begin(() => Promise.resolve([delivered, delivered]));
  await turn();
  expect(ends).toEqual([[delivered, delivered]]);
  clock.advance(1000);
  expect(ends.length).toBe(1);
});

test.each<[string, Sink["write"], string]>([
  ["throws at once", () => fail(), "at sea"],
  ["rejects", () => Promise.reject(new Error("at sea")), "at sea"],
  ["answers for too few", () => Promise.resolve([delivered]), "the sink answered for 1 of 2 messages"],
])("a sink that %s answers for all of its messages", async (_, write, message) => {
  begin(write);
  await turn();
  expect(ends).toMatchObject([both({ code: "SINK_WRITE_FAILED", message, isRetryable: true, at })]);
});

test("a sink that ignores its timeout is not waited for, and what it answers later does not count", async () => {
  let answer: (results: readonly WriteResult[]) => void = () => undefined;
  const signals: AbortSignal[] = [];
  const { clock } = begin((_, signal) => {
    signals.push(signal);
    return new Promise((resolve) => (answer = resolve));
  });
  clock.advance(99);
  expect(ends).toEqual([]);
  clock.advance(1);
  expect(signals.map((each) => each.aborted)).toEqual([true]);
  expect(ends).toMatchObject([both({ code: "SINK_TIMEOUT", at })]);
  answer([delivered, delivered]);
  await turn();
  expect(ends.length).toBe(1);
});

test("abort ends everything under way with its cause", () => {
  const { tries } = begin(() => new Promise(() => undefined));
  tries.begin(messages, facts, (results) => ends.push(results));
  tries.abort(new SignalboxError("ENGINE_STOPPING", "the engine stops", { isRetryable: true }));
  expect(ends).toMatchObject([both({ code: "ENGINE_STOPPING" }), both({ code: "ENGINE_STOPPING" })]);
});

function fail(): never {
  throw new Error("at sea");
}

test("each try is timed, whatever its end", async () => {
  const { clock, tries, durations } = begin(() => new Promise(() => undefined));
  clock.advance(40);
  tries.abort(new SignalboxError("ENGINE_STOPPING", "the engine stops"));
  await turn();
  expect(durations.snapshot()).toMatchObject({ count: 1, sumMs: 40 });
});
