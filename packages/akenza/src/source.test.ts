import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "./connection.ts";
import { connectTo, read } from "./testing/harness.ts";

const air = "02d2327fedce2128";
const door = "02aaaaaaaaaaaaaa";

let simulator: Simulator;
let connection: AkenzaConnection;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  simulator.addDevice({ id: air, name: "air" });
  simulator.addDevice({ id: door, name: "door" });
  connection = await connectTo(simulator);
});

afterEach(async () => {
  await connection.close();
  await simulator.close();
});

test("a sample becomes a message: body as sent, identity to the nanosecond, device, topic and time in the metadata", async () => {
  const pipeline = await read(connection, { subscribe: [{ asset: air }] }, { pipeline: "office-air" });
  simulator.emit({
    deviceId: air,
    topic: "default",
    timestamp: "2026-08-20T15:15:34.91Z",
    data: { temperature: 21.4 },
  });
  const [message] = await pipeline.has(1);
  expect(message).toMatchObject({
    id: `akenza:${air}:default:2026-08-20T15:15:34.910000000Z`,
    meta: {
      pipeline: "office-air",
      source: "akenza",
      device: air,
      topic: "default",
      time: "2026-08-20T15:15:34.910000000Z",
    },
    body: { deviceId: air, topic: "default", timestamp: "2026-08-20T15:15:34.91Z", data: { temperature: 21.4 } },
  });
  expect(Date.parse(message!.meta.receivedAt)).toBeGreaterThan(Date.parse("2026-01-01"));
  await pipeline.stop();
});

test("pipelines share one socket; each gets what it subscribed to, by device and topic", async () => {
  const all = await read(connection, { subscribe: [{ asset: `${air}, ${door}` }] }, { pipeline: "all" });
  const doors = await read(connection, { subscribe: [{ asset: [door], topic: "open" }] }, { pipeline: "doors" });
  simulator.emit({ deviceId: air, data: { n: 1 } });
  simulator.emit({ deviceId: door, topic: "default", data: { n: 2 } });
  simulator.emit({ deviceId: door, topic: "open", data: { n: 3 } });
  const numbers = (messages: readonly { body: unknown }[]): unknown[] =>
    messages.map((each) => (each.body as { data: { n: number } }).data.n);
  expect(numbers(await all.has(3))).toEqual([1, 2, 3]);
  expect(numbers(await doors.has(1))).toEqual([3]);
  expect(simulator.connections.entries.filter((each) => each.event === "opened")).toHaveLength(1);
  await all.stop();
  expect(simulator.subscriptions()).toHaveLength(1);
  await doors.stop();
  await simulator.until(() => simulator.subscriptions().length === 0);
});

test("two connections are two sockets; a source uses the one it names", async () => {
  const elsewhere = await createSimulator({ fleet: {} });
  elsewhere.addDevice({ id: air, name: "air" });
  const second = await connectTo(elsewhere);
  const config = { connection: "second", subscribe: [{ asset: air }] };
  const pipeline = await read(connection, config, { connections: { second } });
  simulator.emit({ deviceId: air, data: { from: "first" } });
  elsewhere.emit({ deviceId: air, data: { from: "second" } });
  expect((await pipeline.has(1))[0]?.body).toMatchObject({ data: { from: "second" } });
  expect(simulator.connections.total).toBe(0);
  await pipeline.stop();
  await second.close();
  await elsewhere.close();
});
