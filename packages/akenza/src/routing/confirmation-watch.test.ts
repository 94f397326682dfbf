import { createSimulator, type Simulator, systemClock } from "@signalbox/akenza-simulator";
import type { Commands, Uplink, WatchedDevice } from "@signalbox/core";
import {
  createManualClock,
  createRecordingLogger,
  type ManualClock,
  type RecordingLogger,
} from "@signalbox/core/testing";
import { expect, onTestFinished, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { eventually } from "../testing/eventually.ts";
import { connectTo, noCommands, read } from "../testing/harness.ts";
import { createRows } from "../testing/rows.ts";

const valve = "02d2327fedce2128";
const other = "0242ac1300020001";
const start = Date.UTC(2026, 5, 1);
/** akenza's clock goes this much ahead of ours. */
const aheadMs = 3_600_000;

interface World {
  readonly simulator: Simulator;
  readonly connection: AkenzaConnection;
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
  readonly uplinks: readonly Uplink[];
  /** Numbers of the uplinks that were brought, once each. */
  seen(): ReadonlySet<number>;
  watch(...devices: readonly WatchedDevice[]): void;
  /** A sample of the valve at `secondS` of akenza's time. */
  emit(n: number, secondS: number): void;
}

async function createWorld(): Promise<World> {
  const clock = createManualClock(start);
  const theirs = { ...systemClock, now: () => clock.now() + aheadMs };
  const simulator = await createSimulator({ fleet: {}, rateLimit: "off", clock: theirs });
  for (const id of [valve, other]) simulator.addDevice({ id, name: id });
  const uplinks: Uplink[] = [];
  let watched: readonly WatchedDevice[] = [];
  const listeners = new Set<() => void>();
  const commands: Commands = {
    ...noCommands,
    watched: () => watched,
    onWatched(_connection, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    observe: (_connection, uplink) => void uplinks.push(uplink),
  };
  const log = createRecordingLogger();
  const services = { commands, store: createRows().process().store };
  const connection = await connectTo(simulator, { log, context: { clock, services } });
  onTestFinished(async () => {
    await connection.close();
    await simulator.close();
  });
  return {
    simulator,
    connection,
    clock,
    log,
    uplinks,
    seen: () => new Set(uplinks.map(({ body }) => (body as { data: { n: number } }).data.n)),
    watch(...devices) {
      watched = devices;
      for (const listener of listeners) listener();
    },
    emit(n, secondS) {
      const timestamp = new Date(start + aheadMs + secondS * 1_000).toISOString();
      simulator.emit({ deviceId: valve, topic: "state", timestamp, data: { n } });
    },
  };
}

const subscribed = ({ simulator }: World): readonly string[] =>
  simulator.subscriptions().flatMap(({ subscriptions }) => subscriptions.map((each) => each.assetId ?? ""));

test("D13 a device whose command waits for a confirmation is heard though no pipeline asks for it", async () => {
  const world = await createWorld();
  const { simulator, connection, watch, emit, uplinks, seen } = world;
  expect(simulator.connections.total).toBe(0);
  watch({ device: valve, since: start });
  await eventually(() => subscribed(world).includes(valve));
  emit(1, 1);
  await eventually(() => seen().has(1));
  expect(uplinks.at(-1)).toMatchObject({ device: valve, topic: "state", body: { deviceId: valve, data: { n: 1 } } });
  expect(connection.counters.counts.unrouted).toBe(0);
});

test("D13 the time of an uplink is told by our clock, which sent the command", async () => {
  const { watch, emit, uplinks, connection } = await createWorld();
  watch({ device: valve, since: start });
  await eventually(() => connection.report().state === "live");
  emit(1, 90);
  await eventually(() => uplinks.length > 0);
  expect(uplinks[0]?.at).toBe(start + 90_000);
});

test("D13 when nobody waits any more the device is given up, and the socket with it", async () => {
  const world = await createWorld();
  const { watch, connection } = world;
  watch({ device: valve, since: start }, { device: other, since: start });
  await eventually(() => subscribed(world).length === 2);
  watch({ device: other, since: start });
  await eventually(() => subscribed(world).length === 1);
  expect(connection.report().state).toBe("live");
  watch();
  await eventually(() => connection.report().state === "idle");
});

test("D13 what a device said between the command and the subscription is read from history, and nothing older", async () => {
  const { watch, emit, seen, uplinks, clock } = await createWorld();
  clock.advance(60_000);
  emit(1, 10);
  emit(2, 30);
  emit(3, 50);
  watch({ device: valve, since: start + 30_000 });
  await eventually(() => seen().size === 2);
  expect(uplinks.slice(0, 2).map(({ at }) => at)).toEqual([start + 30_000, start + 50_000]);
});

test("D13 what a device said while the socket was down is read from history", async () => {
  const world = await createWorld();
  const { watch, emit, seen, simulator, connection, clock } = world;
  watch({ device: valve, since: start });
  await eventually(() => subscribed(world).includes(valve));
  const { connects } = connection.counters.counts;
  simulator.faults.dropConnections();
  await eventually(() => connection.report().state === "waiting");
  emit(7, 5);
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 500 && delayMs <= 1_000));
  await eventually(() => connection.counters.counts.connects > connects);
  await eventually(() => seen().size > 0);
  expect(seen()).toEqual(new Set([7]));
});

test("D13 history that cannot be read is complained of, and read later", async () => {
  const world = await createWorld();
  const { watch, emit, seen, simulator, log, clock } = world;
  emit(1, 1);
  simulator.faults.failRequests({ path: "/v3/devices/*/query", status: 403, times: 1 });
  watch({ device: valve, since: start });
  await log.whenLine(({ sentence }) => sentence.startsWith("A device's history cannot be read"));
  expect(seen().size).toBe(0);
  clock.advance(await clock.whenTimer((delayMs) => delayMs === 30_000));
  await eventually(() => seen().has(1));
});

test("D13 a pipeline gets its samples as before, and not those of a topic it does not ask for", async () => {
  const world = await createWorld();
  const { watch, emit, seen, connection, simulator } = world;
  const reading = await read(connection, { subscribe: [{ asset: [valve], topic: "default" }] });
  watch({ device: valve, since: start });
  await eventually(() => subscribed(world).length === 2);
  emit(1, 1);
  simulator.emit({ deviceId: valve, topic: "default", data: { n: 2 } });
  expect((await reading.has(1)).map((each) => each.meta.topic)).toEqual(["default"]);
  await eventually(() => seen().has(1) && seen().has(2));
  expect(connection.counters.counts.unrouted).toBe(0);
  watch();
  await eventually(() => subscribed(world).length === 1);
  simulator.emit({ deviceId: valve, topic: "default", data: { n: 3 } });
  expect(await reading.has(2)).toHaveLength(2);
  await reading.stop();
});
