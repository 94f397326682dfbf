// Whether an engine that listens to akenza says so when it hears nothing: over a broken socket, and over one that stands.
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { createEngine, type Engine, parseProject, type Readiness, silentLogger } from "@signalbox/core";
import { createManualClock, type ManualClock } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createProductRegistry } from "../components.ts";

const [air, door, gate] = ["02d2327fedce2128", "02aaaaaaaaaaaaaa", "02bbbbbbbbbbbbbb"];
const minute = 60_000;
const yaml = `name: air
source: { akenza: { subscribe: [{ asset: ["${air}", "${door}", "${gate}"] }] } }
backfill: off
sinks: [{ drop: {} }]
`;

let simulator: Simulator;
let clock: ManualClock;
let engine: Engine;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  for (const id of [air, door, gate]) simulator.addDevice({ id, name: id });
  clock = createManualClock(Date.now());
  const env = { AKENZA_API_KEY: simulator.apiKey, AKENZA_BASE_URL: simulator.url, SIGNALBOX_HTTP_PORT: "0" };
  const files = [{ path: "pipelines/air.yaml", text: yaml }];
  const project = parseProject(files, { registry: createProductRegistry(), env });
  if (project.findings.length > 0) throw new Error(JSON.stringify(project.findings));
  const backend = createBackend({ kind: "memory" }, { clock, log: silentLogger, projectDir: "/nonexistent" });
  engine = createEngine({ project, backend, clock, log: silentLogger, version: "test" });
  await engine.start();
});

afterEach(async () => {
  const stopped = engine.stop();
  await simulator.close();
  await stopped;
});

/** Resolves once it holds; asks after each turn of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function reasons(): Promise<Readiness["reasons"]> {
  return (await engine.readiness()).reasons;
}

const received = (): number => engine.status().pipelines[0]?.counts.received ?? 0;
const troubled = (): boolean => engine.status().connections.some(({ trouble }) => trouble !== undefined);

async function hear(...devices: readonly string[]): Promise<void> {
  const before = received();
  const timestamp = new Date(clock.now()).toISOString();
  for (const deviceId of devices) simulator.emit({ deviceId, timestamp, data: { n: before } });
  await until(() => received() === before + devices.length);
}

test("a socket that is down is a reason until it stands again", async () => {
  expect(await engine.readiness()).toEqual({ isReady: true, reasons: [] });
  simulator.faults.dropConnections();
  await until(troubled);
  expect(await reasons()).toMatchObject([{ code: "connection-down", connection: "akenza" }]);
  clock.advance(await clock.whenTimer((delayMs) => delayMs >= 500 && delayMs <= 1_000));
  await until(() => !troubled());
  expect(await reasons()).toEqual([]);
  const [akenza] = engine.status().connections;
  expect(akenza?.counts).toMatchObject({ connects: 2, reconnects: 1 });
});

test("a socket that stands while most devices are silent against their habit is a reason until they are heard", async () => {
  for (let n = 0; n < 10; n += 1) {
    await hear(air, door);
    clock.advance(minute);
  }
  expect(await reasons()).toEqual([]);
  // One of two is a device's own trouble; it is in the status.
  for (let n = 0; n < 8; n += 1) {
    await hear(air);
    clock.advance(minute);
  }
  expect(engine.status().pipelines[0]?.source.status?.detail).toContain(`silent against their habit: ${door}`);
  expect(await reasons()).toEqual([]);
  // Nobody knows the habit of a third one yet; without it the socket would be given up.
  for (let n = 0; n < 6; n += 1) {
    await hear(gate);
    clock.advance(80_000);
  }
  expect(await reasons()).toMatchObject([
    { code: "connection-stale", connection: "akenza", message: expect.stringContaining(`${air} (default)`) },
  ]);
  await hear(air);
  expect(await reasons()).toEqual([]);
});
