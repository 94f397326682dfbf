import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import {
  createManualClock,
  createRecordingLogger,
  type ManualClock,
  type RecordingLogger,
} from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { connectTo, read } from "../testing/harness.ts";
import { createRows } from "../testing/rows.ts";
import { rereadEveryMs } from "./tag-members.ts";

const indoor = "7100000000000001";
const outdoor = "7100000000000002";
const room = "02000000000000a1";
const roof = "02000000000000b1";

let simulator: Simulator;
let clock: ManualClock;
let log: RecordingLogger;
let connection: AkenzaConnection;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  simulator.addDevice({ id: room, name: "room", tags: [{ id: indoor, name: "indoor" }] });
  simulator.addDevice({ id: roof, name: "roof", tags: [{ id: outdoor, name: "outdoor" }] });
  clock = createManualClock();
  log = createRecordingLogger();
  connection = await connectTo(simulator, { log, context: { clock } });
});

afterEach(async () => {
  await connection.close();
  await simulator.close();
});

const devices = (messages: readonly { meta: { device?: string } }[]): unknown[] =>
  messages.map((each) => each.meta.device);

test("samples of a tag go to the pipelines of that tag and to no others", async () => {
  const inside = await read(connection, { subscribe: [{ tag: indoor }] }, { pipeline: "inside" });
  const outside = await read(connection, { subscribe: [{ tag: outdoor, topic: "default" }] }, { pipeline: "outside" });
  simulator.emit({ deviceId: room, data: {} });
  simulator.emit({ deviceId: roof, topic: "lifecycle", data: {} });
  simulator.emit({ deviceId: roof, data: {} });
  expect(devices(await inside.has(1))).toEqual([room]);
  expect((await outside.has(1)).map((each) => [each.meta.device, each.meta.topic])).toEqual([[roof, "default"]]);
  await inside.stop();
  await outside.stop();
});

test("a device wanted by its id by one pipeline and by its tag by another goes to both, once, even if it is sent twice", async () => {
  const twice = await createSimulator({ fleet: {}, overlap: "twice" });
  twice.addDevice({ id: room, name: "room", tags: [{ id: indoor, name: "indoor" }] });
  const own = await connectTo(twice);
  const byId = await read(own, { subscribe: [{ asset: room }] }, { pipeline: "byId" });
  const byTag = await read(own, { subscribe: [{ tag: indoor }] }, { pipeline: "byTag" });
  twice.emit({ deviceId: room, timestamp: "2026-01-01T00:00:01Z", data: {} });
  twice.emit({ deviceId: room, timestamp: "2026-01-01T00:00:02Z", data: {} });
  const times = ["2026-01-01T00:00:01.000000000Z", "2026-01-01T00:00:02.000000000Z"];
  expect((await byId.has(2)).map((each) => each.meta.time)).toEqual(times);
  expect((await byTag.has(2)).map((each) => each.meta.time)).toEqual(times);
  expect(own.counters.counts.repeated).toBeGreaterThanOrEqual(1);
  await byId.stop();
  await byTag.stop();
  await own.close();
  await twice.close();
});

test("the first samples of a device that was tagged later wait for its tags, and come in order", async () => {
  const pipeline = await read(connection, { subscribe: [{ tag: indoor }] });
  const late = simulator.addDevice({ name: "late", tags: [{ id: indoor, name: "indoor" }] }).id;
  for (const n of [1, 2, 3]) simulator.emit({ deviceId: late, data: { n } });
  const messages = await pipeline.has(3);
  expect(messages.map((each) => (each.body as { data: { n: number } }).data.n)).toEqual([1, 2, 3]);
  expect(simulator.requests.entries.filter((each) => each.path === `/v3/devices/${late}`)).toHaveLength(1);
  await pipeline.stop();
});

test("the members of a tag are read again every five minutes", async () => {
  const byId = await read(connection, { subscribe: [{ asset: roof }] }, { pipeline: "byId" });
  const byTag = await read(connection, { subscribe: [{ tag: indoor }] }, { pipeline: "byTag" });
  const lists = (): number => simulator.requests.entries.filter((each) => each.path === "/v3/assets").length;
  const before = lists();
  await clock.whenTimer((delayMs) => delayMs === rereadEveryMs);
  clock.advance(rereadEveryMs);
  await simulator.until(() => lists() > before);
  expect(lists()).toBe(before + 1);
  await byId.stop();
  await byTag.stop();
});

test("without permission to read, the samples of the only tag are delivered, and that is said", async () => {
  simulator.faults.failRequests({ status: 403, times: 0 });
  const pipeline = await read(connection, { subscribe: [{ tag: indoor }] });
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_TAG_UNREADABLE");
  expect(line).toMatchObject({ level: "warn", fields: { tag: indoor } });
  expect(pipeline.source.status?.().detail).toContain(`devices unknown of tag ${indoor}`);
  simulator.emit({ deviceId: room, data: {} });
  expect(devices(await pipeline.has(1))).toEqual([room]);
  await pipeline.stop();
});

test("without permission to read and with two tags nothing is guessed: such samples are counted and left out", async () => {
  simulator.faults.failRequests({ status: 403, times: 0 });
  const inside = await read(connection, { subscribe: [{ tag: indoor }, { asset: roof }] }, { pipeline: "inside" });
  const outside = await read(connection, { subscribe: [{ tag: outdoor }] }, { pipeline: "outside" });
  simulator.emit({ deviceId: room, data: {} });
  await log.whenLine((each) => each.sentence.includes("several tags"));
  simulator.emit({ deviceId: roof, data: {} });
  expect(devices(await inside.has(1))).toEqual([roof]);
  expect(outside.messages).toHaveLength(0);
  expect(connection.counters.counts.unrouted).toBe(1);
  expect(inside.source.status?.().detail).toContain("1 unrouted");
  await inside.stop();
  await outside.stop();
});

test("a tag that cannot be read just now is read again within seconds, and what it missed is made up", async () => {
  const store = createRows().process().store;
  const first = await read(connection, { subscribe: [{ tag: indoor }] }, { store });
  await first.stop();
  simulator.emit({ deviceId: room, data: {} });
  simulator.faults.failRequests({ path: "/v3/tags/*", status: 503, times: 0 });
  const moveOn = setInterval(() => clock.advance(1_000), 1);
  const second = await read(connection, { subscribe: [{ tag: indoor }] }, { store });
  await log.whenLine((each) => each.fields.code === "AKENZA_TAG_UNREADABLE");
  clearInterval(moveOn);
  simulator.faults.clear();
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 500 && delayMs <= 1_000));
  await log.whenLine((each) => each.sentence.includes("can be read again"));
  expect(devices(await second.has(1))).toEqual([room]);
  await second.stop();
});

test("a tag that cannot be read for a while keeps its last known devices", async () => {
  const pipeline = await read(connection, { subscribe: [{ tag: indoor }] });
  simulator.faults.failRequests({ status: 403, times: 0 });
  await clock.whenTimer((delayMs) => delayMs === rereadEveryMs);
  clock.advance(rereadEveryMs);
  await log.whenLine((each) => each.fields.code === "AKENZA_TAG_UNREADABLE");
  // Five minutes in one step are a silence too: the connection is made anew, the index of devices stays.
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 500 && delayMs <= 1_000));
  await simulator.until(() =>
    simulator.subscriptions().some((each) => each.connection === "c2" && each.subscriptions.length === 1),
  );
  simulator.emit({ deviceId: room, data: {} });
  expect(devices(await pipeline.has(1))).toEqual([room]);
  simulator.faults.clear();
  await clock.whenTimer((delayMs) => delayMs > rereadEveryMs / 2);
  clock.advance(rereadEveryMs);
  await log.whenLine((each) => each.sentence.includes("can be read again"));
  await pipeline.stop();
});
