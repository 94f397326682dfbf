import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { createRecordingLogger, type RecordingLogger } from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { connectTo, read } from "../testing/harness.ts";

let simulator: Simulator;
let log: RecordingLogger;
let connection: AkenzaConnection;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  log = createRecordingLogger();
  connection = await connectTo(simulator, { log });
});

afterEach(async () => {
  await connection.close();
  await simulator.close();
});

const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => simulator.addDevice({ name: `d${index}` }).id);

interface Sent {
  readonly type: string;
  readonly id: unknown;
  readonly subscriptions: readonly { readonly assetId: string; readonly topic: string }[];
}
const frames = (): readonly Sent[] => simulator.received.entries.map((each) => JSON.parse(each.text) as Sent);

test("250 devices are asked for in chunks of 100 with integer ids", async () => {
  const all = ids(250);
  const pipeline = await read(connection, { subscribe: [{ asset: all }] });
  expect(frames().map((each) => [each.type, each.subscriptions.length])).toEqual([
    ["subscribe", 100],
    ["subscribe", 100],
    ["subscribe", 50],
  ]);
  expect(frames().every((each) => Number.isInteger(each.id))).toBe(true);
  expect(new Set(frames().map((each) => each.id)).size).toBe(3);
  for (const deviceId of all) simulator.emit({ deviceId, data: {} });
  await pipeline.has(250);
  await pipeline.stop();
});

test("the socket holds the union: only what nobody has yet is asked for, only what nobody wants any more is given up", async () => {
  const [a = "", b = "", c = ""] = ids(3);
  const first = await read(connection, { subscribe: [{ asset: [a, b] }] });
  const second = await read(connection, { subscribe: [{ asset: [b, c] }] });
  expect(frames().map((each) => each.subscriptions.map((entry) => entry.assetId))).toEqual([[a, b], [c]]);
  await first.stop();
  await simulator.until(() => frames().length === 3);
  expect(frames()[2]).toMatchObject({ type: "unsubscribe", subscriptions: [{ assetId: a, topic: "*" }] });
  expect(
    simulator
      .subscriptions()[0]
      ?.subscriptions.map((each) => each.assetId)
      .sort(),
  ).toEqual([b, c].sort());
  await second.stop();
});

test("a subscription that akenza does not take is named in log and status; the others stay", async () => {
  const [known = ""] = ids(1);
  const unknown = "02ffffffffffffff";
  const pipeline = await read(connection, { subscribe: [{ asset: [known, unknown] }] });
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_SUBSCRIPTION_REFUSED");
  expect(line).toMatchObject({ level: "warn", fields: { asset: unknown, topic: "*" } });
  expect(pipeline.source.status?.()).toMatchObject({
    state: "live",
    detail: expect.stringContaining(`refused: asset ${unknown}`),
  });
  expect(connection.counters.counts.refused).toBe(1);
  simulator.emit({ deviceId: known, data: {} });
  await pipeline.has(1);
  await pipeline.stop();
});

test("one device wanted for all topics and for one comes once", async () => {
  const [device = ""] = ids(1);
  const pipeline = await read(connection, { subscribe: [{ asset: device }, { asset: device, topic: "default" }] });
  simulator.emit({ deviceId: device, topic: "default", data: { n: 1 } });
  simulator.emit({ deviceId: device, topic: "other", data: { n: 2 } });
  const messages = await pipeline.has(2);
  expect(messages.map((each) => each.meta.topic)).toEqual(["default", "other"]);
  await pipeline.stop();
});

test("an access token opens the socket as a key does", async () => {
  const other = await createSimulator({ fleet: {}, accessTokens: ["header.payload.signature"] });
  const device = other.addDevice({ name: "d" }).id;
  const byToken = await connectTo(other, { settings: { apiKey: undefined, accessToken: "header.payload.signature" } });
  const pipeline = await read(byToken, {
    subscribe: [{ asset: device }, { query: { workspace: other.workspaces[0]?.id } }],
  });
  other.emit({ deviceId: device, data: {} });
  expect((await pipeline.has(1))[0]?.meta.device).toBe(device);
  await pipeline.stop();
  await byToken.close();
  await other.close();
});

test("no key ever stands in a log line, a status or an error", async () => {
  const secret = simulator.apiKey;
  const [device = ""] = ids(1);
  const pipeline = await read(connection, { subscribe: [{ asset: device }] });
  simulator.faults.failRequests({ status: 403, times: 0 });
  const failing = read(connection, { subscribe: [{ query: { type: "x" } }] });
  const error = await failing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  simulator.faults.refuseUpgrades({ status: 401, times: 0 });
  simulator.faults.dropConnections();
  await log.whenLine((line) => line.fields.code === "AKENZA_AUTH_REFUSED");
  const texts = [
    JSON.stringify(log.lines),
    JSON.stringify(pipeline.source.status?.()),
    everythingIn(error),
    JSON.stringify(pipeline.log.lines),
  ];
  for (const text of texts) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
    expect(text).not.toContain("xApiKey");
  }
  await pipeline.stop();
});

/** An error with all its causes and their own fields. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error)} ${everythingIn(error.cause)}`;
}
