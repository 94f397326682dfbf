// Random and mutated frames, through the reader alone and over a real socket: each is delivered or counted, none harms.
import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { connectTo, read } from "../testing/harness.ts";
import { greet, startRawServer } from "../testing/raw-server.ts";
import { readFrame } from "./frames.ts";

const air = "02d2327fedce2128";
const seeds = [
  { type: "connected", message: "hello", timestamp: "2026-01-01T00:00:00Z" },
  {
    type: "subscribed",
    replyTo: null,
    timeStamp: "2023-11-20T13:32:50.028Z",
    subscriptions: [{ assetId: air, topic: "*", tagId: null, valid: true }],
    message: null,
  },
  { type: "unsubscribed", replyTo: 7, subscriptions: [{ assetId: air, topic: "*" }] },
  {
    type: "sample_insert",
    sample: {
      deviceId: air,
      topic: "default",
      timestamp: "2026-08-20T15:15:34.919Z",
      data: { temperature: 21.4, humidity: 45 },
    },
  },
  { type: "error", message: "no", replyTo: 1 },
  { type: "pong", replyTo: 3 },
];

const anything = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json({ maxDepth: 5 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
);

/** A real frame with one of its values replaced by any other, or its text cut, doubled or changed in one place. */
const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    at: fc.nat(),
    value: fc.jsonValue({ maxDepth: 3 }),
    cut: fc.nat(),
    how: fc.nat(4),
    unit: fc.string({ minLength: 1, maxLength: 3 }),
  })
  .map(({ seed, at, value, cut, how, unit }) => {
    const text = JSON.stringify(seed);
    const place = cut % text.length;
    if (how === 0) return JSON.stringify(replaced(seed, { at: at % countOf(seed), value }));
    if (how === 1) return text.slice(0, place);
    if (how === 2) return text + text.slice(place);
    return text.slice(0, place) + unit + text.slice(place + (how === 3 ? 0 : 1));
  });

const frame = fc.oneof({ arbitrary: mutated, weight: 3 }, { arbitrary: anything, weight: 1 });

function countOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countOf(each), 1);
}

function replaced(tree: unknown, change: { at: number; value: unknown }): unknown {
  if (change.at === 0) return change.value;
  if (typeof tree !== "object" || tree === null) return tree;
  let skipped = 1;
  const entries = Object.entries(tree).map(([name, each]) => {
    const at = change.at - skipped;
    const size = countOf(each);
    skipped += size;
    return [name, at >= 0 && at < size ? replaced(each, { at, value: change.value }) : each] as const;
  });
  return Array.isArray(tree) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

test("30,000 random and mutated texts are each read as some frame", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(frame, (text) => {
      const read = readFrame(text);
      kinds.set(read.kind, (kinds.get(read.kind) ?? 0) + 1);
      if (read.kind === "sample")
        return typeof read.sample.device === "string" && /^\d{4}-.*\.\d{9}Z$/.test(read.sample.timestamp);
      return read.kind !== "malformed" || read.reason !== "";
    }),
    { numRuns: 30_000 },
  );
  // The generator must not have degenerated into rubbish alone.
  expect([...kinds.keys()].sort()).toEqual([
    "connected",
    "error",
    "malformed",
    "pong",
    "sample",
    "subscribed",
    "unknown",
    "unsubscribed",
  ]);
});

test("20,000 random and mutated frames over a socket: the connection lives, every frame is accounted for", async () => {
  const server = await startRawServer(greet);
  const clock = createManualClock();
  const log = createRecordingLogger();
  const connection = await connectTo(server, { log, context: { clock } });
  const opening = read(
    connection,
    { subscribe: [{ asset: air }], events: ["sample", "frame"] },
    { context: { clock, maxInFlight: 1_000 } },
  );
  const socket = await server.connection(1);
  await server.has(1);
  const subscribed = { type: "subscribed", replyTo: 1, subscriptions: [{ assetId: air, topic: "*", valid: true }] };
  socket.send(JSON.stringify(subscribed));
  const pipeline = await opening;
  const texts = fc.sample(frame, { numRuns: 20_000, seed: 7 });
  for (const text of texts) socket.send(text);
  const last = { type: "the-end" };
  socket.send(JSON.stringify(last));
  while (!isLast(pipeline.messages.at(-1)?.body)) await pipeline.has(pipeline.messages.length + 1);

  const { samples, malformed, repeated, unrouted, connects, closes } = connection.counters.counts;
  expect({ connects, closes }).toEqual({ connects: 1, closes: 0 });
  const kinds = texts.map((text) => readFrame(text).kind);
  const framesSent = kinds.filter((kind) => kind !== "sample" && kind !== "malformed").length + 2;
  expect(malformed).toBe(kinds.filter((kind) => kind === "malformed").length);
  expect(samples).toBe(kinds.filter((kind) => kind === "sample").length);
  const frames = pipeline.messages.filter((each) => each.meta.device === undefined).length;
  expect(frames).toBe(framesSent);
  expect(pipeline.messages.length - frames).toBe(samples - repeated - unrouted);
  expect(connection.counters.unknownTypes.size).toBeLessThanOrEqual(21);
  expect(log.lines.length).toBeLessThan(100);
  await pipeline.stop();
  await connection.close();
  await server.close();

  function isLast(body: unknown): boolean {
    return typeof body === "object" && body !== null && "type" in body && body.type === last.type;
  }
});
