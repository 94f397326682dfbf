// What becomes of spans where the receiver is slow, refuses them, or is not there.
import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import type { Span } from "@signalbox/core";
import { expect, test } from "vitest";
import type { Sender, SendResult } from "./otlp-sender.ts";
import { SpanQueue } from "./span-queue.ts";

const span = (name: string): Span => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentId: undefined,
  name,
  kind: "internal",
  startMs: 0,
  endMs: 1,
  attributes: {},
  links: [],
  errorCode: undefined,
});
const many = (count: number): readonly Span[] => Array.from({ length: count }, (_, at) => span(String(at)));
const taken: SendResult = { status: "taken", rejected: 0 };
const away: SendResult = { status: "retryable", problem: "connect ECONNREFUSED" };

/** A queue whose exports end as `answer` says, or stay under way. */
function queueOf(answer: (sent: number) => SendResult | Promise<SendResult>) {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const sent: number[] = [];
  const sender: Sender = {
    async send(body, signal) {
      sent.push((JSON.parse(body) as unknown[]).length);
      const aborted = new Promise<SendResult>((resolve) => {
        signal.addEventListener("abort", () => resolve({ status: "retryable", problem: "aborted" }));
      });
      return Promise.race([answer(sent.length), aborted]);
    },
    close: async () => undefined,
  };
  const encode = (spans: readonly Span[]): string => JSON.stringify(spans);
  const queue = new SpanQueue({ destination: "there", sender, encode, clock, log });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, sent, pass, log, clock };
}

test("spans of a second leave together, and large numbers in parts, at a pace", async () => {
  const { queue, sent, pass } = queueOf(() => taken);
  queue.take(many(2));
  await pass(500);
  queue.take(many(1));
  await pass(500);
  expect(sent).toEqual([3]);
  queue.take(many(1200));
  await pass(1000);
  await pass(100);
  expect(sent).toEqual([3, 512, 512]);
  await pass(1000);
  expect(sent).toEqual([3, 512, 512, 176]);
  expect(queue.counts()).toEqual({ exported: 1203, dropped: 0, failed: 0 });
});

test("while an export hangs, what finds no room is dropped and counted, and nobody waits", async () => {
  const { queue, pass } = queueOf(() => new Promise(() => undefined));
  queue.take(many(4000));
  await pass(1000);
  expect(queue.room).toBe(96);
  queue.take(many(100));
  queue.drop(3);
  expect(queue.room).toBe(0);
  expect(queue.counts()).toEqual({ exported: 0, dropped: 7, failed: 0 });
});

test("a receiver that is away is told of once, tried with growing pauses, and told of when it is back", async () => {
  const { queue, sent, pass, log } = queueOf((nth) => (nth < 4 ? away : taken));
  queue.take(many(5));
  for (const ms of [1000, 1000, 2000]) await pass(ms);
  expect(sent).toEqual([5, 5, 5]);
  expect(queue.problem).toBe("connect ECONNREFUSED");
  await pass(3999);
  expect(sent).toHaveLength(3);
  await pass(1);
  expect(queue.counts()).toEqual({ exported: 5, dropped: 0, failed: 0 });
  expect(log.lines.map(({ level, sentence }) => [level, sentence])).toEqual([
    ["warn", "Traces do not arrive; the engine goes on without them."],
    ["info", "Traces arrive again."],
  ]);
});

test("a batch that cannot be brought is given up after five tries, the next after one, until one arrives", async () => {
  const { queue, sent, pass } = queueOf(() => away);
  queue.take(many(1));
  for (const ms of [1000, 1000, 2000, 4000, 8000]) await pass(ms);
  expect(sent).toHaveLength(5);
  expect(queue.counts().failed).toBe(1);
  queue.take(many(2));
  await pass(1000);
  expect(sent).toHaveLength(6);
  expect(queue.counts().failed).toBe(3);
});

test("what is refused is not sent again; what is thrown away is no export", async () => {
  const { queue, sent, pass } = queueOf((nth) =>
    nth === 1 ? { status: "refused", problem: "it answered 401" } : { status: "taken", rejected: 2, problem: "no" },
  );
  queue.take(many(4));
  await pass(1000);
  queue.take(many(3));
  await pass(15_000);
  expect(sent).toEqual([4, 3]);
  expect(queue.counts()).toEqual({ exported: 1, dropped: 0, failed: 6 });
});

test("the end sends what is left, and waits no longer than five seconds", async () => {
  const ready = queueOf(() => taken);
  ready.queue.take(many(600));
  await ready.queue.close();
  expect(ready.sent).toEqual([512, 88]);
  const hanging = queueOf(() => new Promise(() => undefined));
  hanging.queue.take(many(1));
  const closed = hanging.queue.close();
  await hanging.pass(5_000);
  await closed;
  expect(hanging.queue.counts().failed).toBe(1);
  hanging.queue.take(many(1));
  expect(hanging.queue.counts().dropped).toBe(1);
});
