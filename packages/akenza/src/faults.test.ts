// Every fault the simulator has, and what the connector makes of it: it goes on, and says what happened.
import { createSimulator, type GarbageKind, type Simulator } from "@signalbox/akenza-simulator";
import {
  createManualClock,
  createRecordingLogger,
  type ManualClock,
  type RecordingLogger,
} from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "./connection.ts";
import { connectTo, read, type Reading } from "./testing/harness.ts";

const air = "02d2327fedce2128";

let simulator: Simulator;
let clock: ManualClock;
let log: RecordingLogger;
let connection: AkenzaConnection;
let pipeline: Reading;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  simulator.addDevice({ id: air, name: "air" });
  clock = createManualClock();
  log = createRecordingLogger();
  connection = await connectTo(simulator, { log, context: { clock } });
  pipeline = await read(connection, { subscribe: [{ asset: air }] }, { context: { clock } });
});

afterEach(async () => {
  await pipeline.stop();
  await connection.close();
  await simulator.close();
});

const isBackoff = (delayMs: number): boolean => delayMs >= 500 && delayMs <= 1_000;
const said = (code: string): Promise<unknown> => log.whenLine((line) => line.fields.code === code);
/** Over a connection that is not the first: the other side may still hold that one for open. */
const isSubscribed = (): Promise<void> =>
  simulator.until(() =>
    simulator.subscriptions().some((each) => each.connection !== "c1" && each.subscriptions.length === 1),
  );

/** Lets the next wait pass and has a sample arrive over the new connection. */
async function comesBack(): Promise<void> {
  const wait = await clock.whenTimer(isBackoff);
  clock.advance(wait);
  await isSubscribed();
  const before = pipeline.messages.length;
  simulator.emit({ deviceId: air, data: { after: before } });
  const messages = await pipeline.has(before + 1);
  expect(messages.at(-1)?.body).toMatchObject({ data: { after: before } });
}

test("a connection dropped without a close frame is made anew, with all subscriptions", async () => {
  simulator.faults.dropConnections();
  const line = await log.whenLine((each) => each.sentence.includes("is down"));
  expect(line).toMatchObject({
    level: "warn",
    fields: { code: "AKENZA_UNREACHABLE", problem: expect.stringContaining("1006") },
  });
  expect(pipeline.source.status?.()).toMatchObject({ state: "waiting" });
  await comesBack();
  expect(connection.counters.counts).toMatchObject({ connects: 2, closes: 1 });
  expect(connection.counts()).toMatchObject({ connects: 2, reconnects: 1, closes: 1, gaps: 0 });
  expect(pipeline.source.status?.()).toMatchObject({ state: "live" });
});

test("akenza's own closing is told with its code and reason", async () => {
  simulator.faults.dropConnections({ closeFrame: true, code: 1012, reason: "restart" });
  const line = await log.whenLine((each) => each.sentence.includes("is down"));
  expect(line.fields.problem).toBe("akenza closed the socket (code 1012: restart)");
  await comesBack();
});

test("a half-open connection is given up after 90 s of silence", async () => {
  simulator.faults.silenceConnections();
  clock.advance(89_000);
  expect(connection.report().state).toBe("live");
  clock.advance(1_000);
  await said("AKENZA_SILENT");
  await comesBack();
});

test("pings keep a quiet connection alive for hours", async () => {
  for (let minute = 0; minute < 120; minute += 1) {
    simulator.emit({ deviceId: air, data: { minute } });
    clock.advance(60_000);
    await pipeline.has(minute + 1);
  }
  expect(connection.counters.counts.connects).toBe(1);
});

test.each<[GarbageKind, object]>([
  ["text", { malformed: 1 }],
  ["truncated", { malformed: 1 }],
  ["binary", { binary: 1 }],
])("garbage of kind %s is counted and survived", async (kind, counts) => {
  simulator.faults.sendGarbage({ kind });
  simulator.emit({ deviceId: air, data: { n: 1 } });
  await pipeline.has(1);
  expect(connection.counters.counts).toMatchObject({ ...counts, connects: 1, closes: 0 });
  expect(log.lines.filter((line) => line.level === "warn")).toHaveLength(1);
});

test("frames of wrong shape are counted, one warning stands for all of a minute, and the status shows them", async () => {
  simulator.faults.sendGarbage({ kind: "wrongShape", times: 120 });
  simulator.emit({ deviceId: air, data: { n: 1 } });
  await pipeline.has(1);
  const { malformed } = connection.counters.counts;
  expect(malformed).toBeGreaterThan(60);
  expect(pipeline.source.status?.().detail).toContain(`${malformed} malformed`);
  const warnings = log.lines.filter((line) => line.sentence.includes("cannot be read"));
  expect(warnings).toHaveLength(1);
  clock.advance(61_000);
  simulator.faults.sendGarbage({ kind: "text" });
  const again = await log.whenLine((line) => line.fields.unsaid !== undefined);
  expect(again.fields.unsaid).toBe(malformed - 1);
});

test("unknown frame types are tolerated, counted by name and shown", async () => {
  simulator.faults.sendGarbage({ kind: "unknownType", times: 3 });
  simulator.emit({ deviceId: air, data: { n: 1 } });
  await pipeline.has(1);
  expect(Object.fromEntries(connection.counters.unknownTypes)).toEqual({ heartbeat: 1, device_data: 1, "": 1 });
  expect(pipeline.source.status?.().detail).toContain('1 of unknown type "heartbeat"');
});

test.each<[GarbageKind]>([["oversized"], ["invalidUtf8"], ["brokenFrame"]])(
  "a frame of kind %s ends the connection, which is made anew",
  async (kind) => {
    simulator.faults.sendGarbage({ kind });
    expect(await said("AKENZA_FRAME_REFUSED")).toMatchObject({ level: "warn" });
    await comesBack();
  },
);

test.each([401, 403])(
  "an upgrade refused with %i is final: no further try, and the status says failed",
  async (status) => {
    simulator.faults.refuseUpgrades({ status, times: 0 });
    simulator.faults.dropConnections();
    clock.advance(await clock.whenTimer(isBackoff));
    const line = await said("AKENZA_AUTH_REFUSED");
    expect(line).toMatchObject({
      level: "error",
      fields: { problem: `akenza refused the socket with HTTP ${status}` },
    });
    expect(pipeline.source.status?.()).toMatchObject({
      state: "failed",
      detail: expect.stringContaining(`HTTP ${status}`),
    });
    clock.advance(24 * 3_600_000);
    expect(simulator.connections.entries.filter((each) => each.event === "refused")).toHaveLength(1);
    const second = read(connection, { subscribe: [{ asset: air }] });
    await expect(second).rejects.toMatchObject({ code: "AKENZA_AUTH_REFUSED", isRetryable: false });
  },
);

test("an expired key ends it at the next connection", async () => {
  simulator.faults.expireKey({ key: simulator.apiKey });
  simulator.faults.dropConnections();
  clock.advance(await clock.whenTimer(isBackoff));
  await said("AKENZA_AUTH_REFUSED");
  expect(connection.report().state).toBe("failed");
});

test.each([500, 503])("an upgrade refused with %i is tried again, ever more slowly", async (status) => {
  simulator.faults.refuseUpgrades({ status, times: 3 });
  simulator.faults.dropConnections();
  for (const fullMs of [1_000, 2_000, 4_000]) {
    clock.advance(await clock.whenTimer((delayMs) => delayMs >= fullMs / 2 && delayMs <= fullMs));
  }
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 4_000 && delayMs <= 8_000));
  await isSubscribed();
  expect(
    log.lines.filter((each) => each.fields.problem === `akenza refused the socket with HTTP ${status}`),
  ).toHaveLength(3);
});

test("429 at the upgrade waits as long as akenza asks", async () => {
  simulator.faults.refuseUpgrades({ status: 429, retryAfter: 120 });
  simulator.faults.dropConnections();
  clock.advance(await clock.whenTimer(isBackoff));
  expect(await clock.whenTimer((delayMs) => delayMs > 100_000)).toBe(120_000);
  clock.advance(120_000);
  await isSubscribed();
});

test.each([{ cut: "before" as const }, { hang: "before" as const }])(
  "an upgrade with %j is given up and tried again",
  async (fault) => {
    simulator.faults.refuseUpgrades(fault);
    simulator.faults.dropConnections();
    clock.advance(await clock.whenTimer(isBackoff));
    await simulator.connections.waitFor((each) => each.event === "refused");
    const wait = clock.whenTimer((delayMs) => delayMs >= 1_000 && delayMs <= 2_000);
    if ("hang" in fault) clock.advance(15_000);
    clock.advance(await wait);
    await isSubscribed();
    expect(connection.counters.counts).toMatchObject({ connects: 2 });
  },
);

test("a greeting that does not come within 15 s is tried again", async () => {
  simulator.faults.withholdGreetings();
  simulator.faults.dropConnections();
  clock.advance(await clock.whenTimer(isBackoff));
  await simulator.connections.waitFor((each) => each.event === "opened" && each.connection === "c2");
  clock.advance(15_000);
  await said("AKENZA_GREETING_MISSING");
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 1_000 && delayMs <= 2_000));
  await isSubscribed();
  expect(connection.counters.counts).toMatchObject({ connects: 2 });
});

test("duplicated samples are left out, late ones delivered, both counted", async () => {
  simulator.faults.duplicateSamples();
  simulator.emit({ deviceId: air, timestamp: "2026-01-01T00:00:01Z", data: { n: 1 } });
  simulator.faults.delaySamples();
  simulator.emit({ deviceId: air, timestamp: "2026-01-01T00:00:02Z", data: { n: 2 } });
  simulator.emit({ deviceId: air, timestamp: "2026-01-01T00:00:03Z", data: { n: 3 } });
  simulator.faults.releaseSamples();
  const messages = await pipeline.has(3);
  expect(messages.map((each) => (each.body as { data: { n: number } }).data.n)).toEqual([1, 3, 2]);
  expect(connection.counters.counts).toMatchObject({ repeated: 1, late: 1 });
  expect(pipeline.source.status?.().detail).toContain("1 repeated, 1 late");
});

test("a peer that does not read for a while gets every message afterwards", async () => {
  simulator.faults.stopReading();
  const before = simulator.received.total;
  const texts = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ type: "ping", n, filler: "x".repeat(4_000) }));
  const sent = Promise.all(texts.map((text) => connection.sendMessage(text)));
  simulator.faults.wakeConnections();
  await sent;
  await simulator.received.waitForTotal(before + texts.length);
  expect(connection.counters.counts).toMatchObject({ sent: 2_000, connects: 1 });
});
