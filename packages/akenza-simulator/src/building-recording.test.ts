import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { recordBuilding } from "./building-recording.ts";
import type { Sample } from "./sample.ts";
import { startSimulator } from "./testing/start.ts";

const FILE = fileURLToPath(new URL("../samples/building.ndjson", import.meta.url));
const MORNING = { startAt: "2026-03-02T06:00:00Z", stepMs: 600_000 };

// After a change of a device model, `vitest run packages/akenza-simulator -u` writes the file anew.
test("the recording holds exactly the 100 samples that the seed gives", async () => {
  const lines = recordBuilding().map((sample) => `${JSON.stringify(sample)}\n`);
  expect(lines).toHaveLength(100);
  await expect(lines.join("")).toMatchFileSnapshot(FILE);
});

test("a simulator of the same seed and time makes the same samples", async () => {
  const simulator = await startSimulator({ seed: 1, ...MORNING });
  expect(simulator.tick(100)).toEqual(recordBuilding());
});

test("another seed makes other devices and other values", async () => {
  const simulator = await startSimulator({ seed: 2, ...MORNING });
  const samples = simulator.tick(100);
  const ids = new Set(recordBuilding().map(({ deviceId }) => deviceId));
  expect(samples.filter(({ deviceId }) => ids.has(deviceId))).toEqual([]);
  expect(samples.map(({ data }) => data)).not.toEqual(recordBuilding().map(({ data }) => data));
});

test("a device keeps its id and its values whatever other devices there are", async () => {
  const alone = await startSimulator({ seed: 1, fleet: { valve: 1 }, ...MORNING });
  const among = await startSimulator({ seed: 1, ...MORNING, stepMs: 1 });
  const [id] = alone.devices.map((device) => device.id);
  expect(among.devices.map((device) => device.id)).toContain(id);
  const valueOf = (samples: readonly Sample[]) => samples.find(({ deviceId }) => deviceId === id)?.data;
  const recorded = valueOf(alone.tick(2));
  expect(recorded).toHaveProperty("targetTemperature");
  expect(valueOf(among.tick(100))).toEqual(recorded);
});
