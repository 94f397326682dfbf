// Recordings: what arrives of them, at what pace, and what is said of a bad line.
// What it is not: the fleet sending by itself (driver.test.ts).
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { recordBuilding } from "./building-recording.ts";
import type { RecordedSample } from "./recording.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startSimulator } from "./testing/start.ts";
import { subscribe } from "./testing/stream-client.ts";

const BUILDING = fileURLToPath(new URL("../samples/building.ndjson", import.meta.url));
const SHARED = fileURLToPath(new URL("../../../../shared/akenza/samples.ndjson", import.meta.url));
const ID = "02d2327fedce2128";

async function recordingOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "recording-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "samples.ndjson");
  await writeFile(file, text);
  return file;
}

test("plays the building's 100 samples, each once, in order, unchanged", async () => {
  const simulator = await startSimulator();
  const client = await subscribe(
    simulator,
    simulator.devices.map(({ id }) => id),
  );
  expect(await simulator.play(BUILDING)).toEqual({ samples: 100 });
  await client.until(() => client.samples.length === 100);
  expect(client.samples).toEqual(recordBuilding());
});

test.skipIf(!existsSync(SHARED))("plays recordings by device type, each type as one device", async () => {
  const lines = (await readFile(SHARED, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedSample);
  const simulator = await startSimulator({ fleet: {} });
  const devices = await simulator.prepare(SHARED);
  expect(devices.map(({ name }) => name)).toEqual([
    ...new Set(lines.map((line) => "deviceType" in line && line.deviceType)),
  ]);
  const client = await subscribe(
    simulator,
    devices.map(({ id }) => id),
  );
  expect(await simulator.play(SHARED)).toEqual({ samples: lines.length });
  await client.until(() => client.samples.length === lines.length);
  expect(client.samples.map(({ topic, data }) => ({ topic, data }))).toEqual(
    lines.map(({ topic, data }) => ({ topic, data })),
  );
  expect(new Set(client.samples.map(({ deviceId, timestamp }) => `${deviceId} ${timestamp}`)).size).toBe(lines.length);
  const connectivities = new Set(devices.map(({ connectivity }) => connectivity));
  expect([...connectivities].toSorted()).toEqual(["HTTP", "LORA", "MIOTY", "MQTT", "NB-IOT", "SIGFOX"]);
});

test("a second round and a playback of old samples as new ones get the present time", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ fleet: {}, clock });
  const sample = { deviceId: ID, timestamp: "2020-01-01T00:00:00Z", data: {} };
  expect(await simulator.play([sample], { loop: 2 })).toEqual({ samples: 2 });
  expect(await simulator.play([sample, sample], { timestamps: "now" })).toEqual({ samples: 2 });
  expect(simulator.state().samples).toMatchObject({ inserted: 4, refused: 0 });
});

test("keeps the gaps of the recording, faster", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ fleet: {}, clock });
  const samples = [0, 10, 40].map((s) => ({
    deviceId: ID,
    timestamp: `2020-01-01T00:00:${String(s).padStart(2, "0")}Z`,
    data: {},
  }));
  const played = simulator.play(samples, { pace: { speed: 10 } });
  for (const [ms, count] of [
    [999, 1],
    [1, 2],
    [2999, 2],
    [1, 3],
  ] as const) {
    await timerSet(clock);
    clock.advance(ms);
    await simulator.until(() => simulator.state().samples.inserted >= count);
    expect(simulator.state().samples.inserted).toBe(count);
  }
  expect(await played).toEqual({ samples: 3 });
});

/** Resolves once the playback waits for the clock. */
async function timerSet(clock: ManualClock): Promise<void> {
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
}

test("plays evenly, and stops when it is told", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ fleet: {}, clock });
  const stop = new AbortController();
  const sample = { deviceId: ID, data: {} };
  const played = simulator.play([sample, sample, sample], { pace: { samplesPerMinute: 2 }, signal: stop.signal });
  await timerSet(clock);
  clock.advance(30_000);
  await timerSet(clock);
  expect(simulator.state().samples.inserted).toBe(2);
  stop.abort();
  expect(await played).toEqual({ samples: 2 });
});

test("waits while the client does not read, and loses nothing", async () => {
  const simulator = await startSimulator({ fleet: {}, devices: [{ id: ID, name: "A device" }] });
  const client = await subscribe(simulator, [ID]);
  client.socket.pause();
  const text = "x".repeat(10_000);
  let made = 0;
  function* samples() {
    for (; made < 3000; made++) yield { deviceId: ID, data: { n: made, text } };
  }
  const played = simulator.play(samples());
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  // Full is when a thousand turns of the loop bring nothing more.
  for (let quiet = 0, seen = made; quiet < 1000; quiet = made === seen ? quiet + 1 : 0, seen = made) await turn();
  expect(made).toBeLessThan(3000);
  expect(simulator.state().connections[0]?.bufferedBytes).toBeLessThan(4 * 1024 * 1024);
  client.socket.resume();
  expect(await played).toEqual({ samples: 3000 });
  await client.until(() => client.samples.length === 3000);
  expect(client.samples.map(({ data }) => (data as { n: number }).n)).toEqual(
    Array.from({ length: 3000 }, (_, n) => n),
  );
});

test("a playback that waits for a client ends when the simulator closes", async () => {
  const simulator = await startSimulator({ fleet: {}, devices: [{ id: ID, name: "A device" }] });
  const client = await subscribe(simulator, [ID]);
  client.socket.pause();
  function* forever() {
    for (;;) yield { deviceId: ID, data: { text: "x".repeat(10_000) } };
  }
  const played = simulator.play(forever());
  await simulator.until(() => (simulator.state().connections[0]?.bufferedBytes ?? 0) > 1024 * 1024);
  await simulator.close();
  expect((await played).samples).toBeGreaterThan(100);
});

test.each([
  ["{", "line 1: not JSON"],
  ['\n{"deviceId":"02d2327fedce2128","data":{}}\n7', "line 3: a sample is a JSON object"],
  ['{"data":{}}', "line 1: a sample needs a deviceId or a deviceType"],
  ['{"deviceType":"a/b","connectivity":"SMOKE","data":{}}', "line 1: connectivity must be one of LORA"],
  ['{"deviceId":"02d2327fedce2128","data":[]}', "line 1: data must be an object"],
  ['{"deviceId":"02d2327fedce2128","data":{},"timestamp":"noon"}', "line 1: timestamp must be an ISO 8601 time"],
  ['{"deviceId":"02d2327fedce2128","data":{},"topic":7}', "line 1: topic must be a text"],
])("a recording with %j says where it is wrong", async (text, message) => {
  const simulator = await startSimulator({ fleet: {} });
  await expect(simulator.play(await recordingOf(text))).rejects.toThrow(message);
});

test.each([{ speed: 0 }, { samplesPerMinute: -1 }])("refuses the pace %j", async (pace) => {
  const simulator = await startSimulator({ fleet: {} });
  await expect(simulator.play([], { pace })).rejects.toThrow("must be a number above 0");
});

test("a recording that is not there names its file", async () => {
  const simulator = await startSimulator({ fleet: {} });
  await expect(simulator.play("no/such.ndjson")).rejects.toMatchObject({
    code: "SIMULATOR_RECORDING_INVALID",
    message: "cannot read the recording no/such.ndjson",
  });
});
