// Every fault of a data stream, as a client meets it.
// What it is not: faults of requests and of samples, which have their own files.
import { once } from "node:events";
import { expect, test } from "vitest";
import { readSampleInput } from "../sample.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { startSimulator } from "../testing/start.ts";
import { connect, refusal, subscribe } from "../testing/stream-client.ts";
import { GARBAGE_KINDS } from "./garbage.ts";
import type { GarbageKind } from "./garbage.ts";

const ID = "02d2327fedce2128";
const OPTIONS = { fleet: {}, devices: [{ id: ID, name: "A device" }] };

test("drops connections without a close frame", async () => {
  const simulator = await startSimulator(OPTIONS);
  const clients = [await connect(simulator), await connect(simulator)];
  expect(simulator.faults.dropConnections()).toBe(2);
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([
    { code: 1006, reason: "" },
    { code: 1006, reason: "" },
  ]);
});

test("drops one connection with a close frame", async () => {
  const simulator = await startSimulator(OPTIONS);
  const [first, second] = [await connect(simulator), await connect(simulator)];
  const options = { connection: "c1", closeFrame: true, code: 1012, reason: "restart" };
  expect(simulator.faults.dropConnections(options)).toBe(1);
  expect(await first.closed).toEqual({ code: 1012, reason: "restart" });
  expect(second.socket.readyState).toBe(second.socket.OPEN);
  expect(() => simulator.faults.dropConnections({ code: 1006, closeFrame: true })).toThrow("1006 is no close code");
});

test("half-open: neither frames nor pongs, until it wakes", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ ...OPTIONS, clock });
  const silent = await subscribe(simulator, [ID]);
  const lively = await subscribe(simulator, [ID]);
  expect(simulator.faults.silenceConnections({ connection: "c1", forMs: 90_000 })).toBe(1);
  simulator.emit({ deviceId: ID, data: { n: 1 } });
  silent.send({ type: "ping", id: 5 });
  silent.socket.ping();
  // The lively one proves that the server is not merely late.
  await lively.until(() => lively.samples.length === 1);
  lively.send({ type: "ping", id: 6 });
  await lively.message("pong");
  expect(silent.samples).toEqual([]);
  expect(silent.messages.map(({ type }) => type)).toEqual(["connected", "subscribed"]);
  expect(simulator.state().connections).toMatchObject([{ isSilent: true, swallowed: 1 }, { isSilent: false }]);
  const pong = once(silent.socket, "pong");
  clock.advance(90_000);
  await pong;
  expect(await silent.message("pong")).toMatchObject({ replyTo: 5 });
  simulator.emit({ deviceId: ID, data: { n: 2 } });
  await silent.until(() => silent.samples.length === 1);
  expect(silent.samples).toMatchObject([{ data: { n: 2 } }]);
});

test("stops reading but still sends", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await subscribe(simulator, [ID]);
  expect(simulator.faults.stopReading()).toBe(1);
  client.send({ type: "ping", id: 5 });
  simulator.emit({ deviceId: ID, data: {} });
  await client.message("sample_insert");
  expect(simulator.received.total).toBe(1);
  expect(simulator.faults.wakeConnections()).toBe(1);
  expect(await client.message("pong")).toMatchObject({ replyTo: 5 });
});

const BREAKING = { invalidUtf8: 1007, brokenFrame: 1002 } as const;
const BEARABLE = GARBAGE_KINDS.filter((kind) => !(kind in BREAKING));

test.each(BEARABLE)("sends garbage that a client can bear: %s", async (kind) => {
  const simulator = await startSimulator(OPTIONS);
  const client = await connect(simulator);
  await client.message("connected");
  simulator.faults.sendGarbage({ kind, times: 3 });
  expect(simulator.sent.entries.slice(1).map(({ type }) => type)).toEqual(Array(3).fill(`garbage ${kind}`));
  await client.until(() => client.frames.length === 4);
  const frames = client.frames.slice(1);
  expect(frames.every((frame) => Buffer.isBuffer(frame))).toBe(kind === "binary");
  expect(frames.every((frame) => frame.length > 1024 * 1024)).toBe(kind === "oversized");
  simulator.faults.dropConnections({ closeFrame: true });
  expect((await client.closed).code).toBe(1001);
});

test.each(Object.entries(BREAKING))("sends garbage that ends the connection: %s", async (kind, code) => {
  const simulator = await startSimulator(OPTIONS);
  await connect(simulator);
  simulator.faults.sendGarbage({ kind: kind as GarbageKind });
  expect(await simulator.connections.waitFor(({ event }) => event === "closed")).toMatchObject({ code });
});

test("no piece of garbage is a sample a client could take for one", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await connect(simulator);
  for (const kind of BEARABLE) simulator.faults.sendGarbage({ kind, times: 20 });
  client.send({ type: "ping" });
  await client.message("pong");
  const samples = client.messages.filter(({ type }) => type === "sample_insert").map(({ sample }) => sample);
  expect(samples.length).toBeGreaterThan(20);
  for (const sample of samples) expect(() => readSampleInput(sample, "garbage")).toThrow("garbage");
});

test.each([401, 403, 429, 500, 503])("refuses upgrades with %i, as often as told", async (status) => {
  const simulator = await startSimulator(OPTIONS);
  simulator.faults.refuseUpgrades({ status, times: 2, retryAfter: 7, message: "not now" });
  for (let count = 0; count < 2; count++) {
    const answer = await refusal(simulator);
    expect(answer).toMatchObject({ status, body: { status, message: "not now" } });
    expect(answer.headers["retry-after"]).toBe("7");
  }
  expect(await (await connect(simulator)).message("connected")).toBeDefined();
  expect(simulator.connections.entries.map(({ event }) => event)).toEqual(["refused", "refused", "opened"]);
});

test("cuts an upgrade, leaves one hanging, delays one", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ ...OPTIONS, clock });
  simulator.faults.refuseUpgrades({ cut: "before" });
  await expect(connect(simulator)).rejects.toThrow("socket hang up");
  simulator.faults.refuseUpgrades({ hang: "before" });
  simulator.faults.refuseUpgrades({ delayMs: 15_000 });
  const hanging = connect(simulator).catch((cause: Error) => cause.message);
  await simulator.connections.waitForTotal(2);
  const delayed = connect(simulator);
  await simulator.until(() => simulator.state().faults.upgrades.length === 0);
  expect(simulator.connections.total).toBe(2);
  clock.advance(15_000);
  await (await delayed).message("connected");
  await simulator.close();
  expect(await hanging).toBe("socket hang up");
});

test("withholds the greeting of the next connection", async () => {
  const simulator = await startSimulator(OPTIONS);
  simulator.faults.withholdGreetings();
  const quiet = await connect(simulator);
  quiet.send({ type: "ping" });
  await quiet.message("pong");
  expect(quiet.messages.map(({ type }) => type)).toEqual(["pong"]);
  await (await connect(simulator)).message("connected");
});

test("a connection that reads nothing is dropped when too much waits for it", async () => {
  const simulator = await startSimulator({ ...OPTIONS, maxBufferedBytes: 100_000 });
  const client = await subscribe(simulator, [ID]);
  client.socket.pause();
  const text = "x".repeat(100_000);
  while (simulator.state().connections.length > 0) {
    simulator.emit({ deviceId: ID, data: { text } });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(simulator.connections.entries.at(-1)).toMatchObject({ event: "closed", code: 1006 });
});
