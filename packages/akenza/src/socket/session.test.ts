import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import { expect, onTestFinished, test } from "vitest";
import { connectTo, read } from "../testing/harness.ts";
import { greet, greeting, type RawServer, startRawServer } from "../testing/raw-server.ts";

const air = "02d2327fedce2128";
const sample = (n: number): string =>
  JSON.stringify({
    type: "sample_insert",
    sample: {
      deviceId: air,
      topic: "default",
      timestamp: `2026-01-01T00:00:${String(n).padStart(2, "0")}Z`,
      data: { n },
    },
  });

async function start(server: RawServer, events: readonly string[] = ["sample"]) {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const connection = await connectTo(server, { log, context: { clock } });
  const opening = read(connection, { subscribe: [{ asset: air }], events }, { context: { clock } });
  onTestFinished(async () => {
    await connection.close();
    await (await opening.catch(() => undefined))?.stop();
    await server.close();
  });
  return { clock, log, connection, opening };
}

test("a quiet connection lives on pings alone", async () => {
  let pings = 0;
  let pinged = (): void => undefined;
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("ping", () => {
      pings += 1;
      pinged();
    });
  });
  const { clock, connection } = await start(server);
  await clock.whenTimer((delayMs) => delayMs === 25_000);
  for (let count = 1; count <= 40; count += 1) {
    const arrived = new Promise<void>((resolve) => (pinged = resolve));
    clock.advance(25_000);
    await arrived;
  }
  expect(pings).toBe(40);
  expect(connection.report().state).toBe("live");
  expect(connection.counters.counts.connects).toBe(1);
});

test("a peer that takes pings and answers none is given up after 90 s", async () => {
  const server = await startRawServer(greet, false);
  const { clock, log } = await start(server);
  await clock.whenTimer((delayMs) => delayMs === 90_000);
  clock.advance(90_000);
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_SILENT");
  expect(line).toMatchObject({ level: "warn", fields: { problem: "nothing was heard from akenza for 90 s" } });
});

test("frames before the greeting do not count as one, and are survived", async () => {
  const server = await startRawServer((socket) => {
    socket.send("rubbish");
    socket.send(Buffer.from([1, 2, 3]));
    socket.send(JSON.stringify({ type: "hello" }));
    socket.send(greeting);
  });
  const { connection } = await start(server);
  await server.has(1);
  expect(connection.counters.counts).toMatchObject({ malformed: 1, binary: 1, connects: 1 });
});

test("an unanswered subscription is asked about no longer than 15 s, and samples flow all the same", async () => {
  const server = await startRawServer();
  const { clock, log, opening } = await start(server);
  const [frame] = await server.has(1);
  expect(JSON.parse(frame ?? "")).toEqual({ type: "subscribe", id: 1, subscriptions: [{ assetId: air, topic: "*" }] });
  clock.advance(15_000);
  await log.whenLine((line) => line.sentence.includes("did not answer"));
  const pipeline = await opening;
  (await server.connection(1)).send(sample(1));
  await pipeline.has(1);
});

test("an error in answer to a subscription refuses its entries by name", async () => {
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("message", () => socket.send(JSON.stringify({ type: "error", replyTo: 1, message: "no more room" })));
  });
  const { log, opening } = await start(server);
  const pipeline = await opening;
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_SUBSCRIPTION_REFUSED");
  expect(line.fields).toMatchObject({ asset: air, topic: "*", detail: "no more room" });
  expect(pipeline.source.status?.().detail).toContain(`refused: asset ${air}`);
});

test("an answer without replyTo is taken for the oldest question", async () => {
  const server = await startRawServer((socket) => {
    greet(socket);
    const subscriptions = [{ assetId: air, topic: "*", tagId: null, valid: true }];
    socket.on("message", () =>
      socket.send(JSON.stringify({ type: "subscribed", replyTo: null, subscriptions, message: null })),
    );
  });
  const { opening, connection } = await start(server);
  await opening;
  expect(connection.report()).toMatchObject({ state: "live", detail: expect.not.stringContaining("refused") });
});

test("the socket's life and other frames become messages where a pipeline asks for them", async () => {
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("message", () => socket.send(JSON.stringify({ type: "subscribed", replyTo: 1, subscriptions: [] })));
  });
  const { clock, opening } = await start(server, ["sample", "connected", "closed", "frame"]);
  const pipeline = await opening;
  const socket = await server.connection(1);
  socket.send(sample(1));
  socket.send(JSON.stringify({ type: "maintenance", at: "soon" }));
  await pipeline.has(4);
  clock.advance(12_000);
  socket.close(4000, "moving house");
  const messages = await pipeline.has(5);
  expect(messages.map((each) => each.body)).toEqual([
    { type: "connected", connection: "akenza", greeting: JSON.parse(greeting) as unknown },
    { type: "subscribed", replyTo: 1, subscriptions: [] },
    expect.objectContaining({ deviceId: air, data: { n: 1 } }),
    { type: "maintenance", at: "soon" },
    { type: "closed", connection: "akenza", code: 4000, reason: "moving house", cause: null, liveMs: 12_000 },
  ]);
  expect(new Set(messages.map((each) => each.id)).size).toBe(5);
  expect(messages[4]?.meta).toEqual({
    pipeline: "test",
    source: "akenza",
    time: new Date(clock.now()).toISOString(),
    receivedAt: new Date(clock.now()).toISOString(),
  });
});

test("a good connection resets the wait, a short one does not", async () => {
  const server = await startRawServer();
  const { clock } = await start(server);
  const isWait = (fullMs: number) => (delayMs: number) => delayMs >= fullMs / 2 && delayMs <= fullMs;
  for (const [count, fullMs] of [
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
  ] as const) {
    const socket = await server.connection(count);
    await server.has(count);
    socket.terminate();
    clock.advance(await clock.whenTimer(isWait(fullMs)));
  }
  const socket = await server.connection(4);
  await server.has(4);
  clock.advance(30_000);
  socket.terminate();
  expect(await clock.whenTimer(isWait(1_000))).toBeGreaterThanOrEqual(500);
});

test("a connection refused outright is tried again, at most every 300 s", async () => {
  const server = await startRawServer();
  const { clock, log } = await start(server);
  await server.has(1);
  await server.close();
  const waits: number[] = [];
  for (let count = 0; count < 12; count += 1) {
    await log.whenLine((line) => line.fields.failures === count + 1);
    const delayMs = Number(log.lines.find((line) => line.fields.failures === count + 1)?.fields.delayMs);
    waits.push(delayMs);
    clock.advance(delayMs);
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(150_000);
});
