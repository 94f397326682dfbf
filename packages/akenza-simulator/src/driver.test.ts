import { expect, test } from "vitest";
import { runSimulator } from "./run-simulator.ts";
import type { Simulator } from "./contract.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startSimulator } from "./testing/start.ts";
import { subscribe } from "./testing/stream-client.ts";

/** Moves the clock in small steps, and lets the fleet act on each. */
async function pass(clock: ManualClock, ms: number, stepMs: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([
  [1, 600_000, 15_000, 11],
  [60, 60_000, 500, 61],
  [60_000, 2000, 50, 2001],
])("sends %i samples a minute", async (samplesPerMinute, ms, stepMs, count) => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock, samplesPerMinute });
  simulator.start();
  await pass(clock, ms, stepMs);
  expect(simulator.state().samples.inserted).toBe(count);
});

test("a new rate takes the place of the old one, and stopping stops", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock });
  simulator.start(6000);
  simulator.start(60);
  await pass(clock, 10_000, 500);
  const { inserted } = simulator.state().samples;
  expect(inserted).toBe(12);
  simulator.stop();
  await pass(clock, 10_000, 500);
  expect(simulator.state()).toMatchObject({ isRunning: false, samples: { inserted } });
  expect(() => simulator.start(0)).toThrow("samplesPerMinute must be a number above 0");
});

test("what a machine slept through is not sent all at once", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock });
  simulator.start(60);
  await pass(clock, 8 * 3_600_000, 8 * 3_600_000);
  expect(simulator.state().samples.inserted).toBe(61);
});

test("at max it waits for a subscription, and sends as fast as that takes samples", async () => {
  const simulator = await startSimulator({ startAt: "2026-03-02T06:00:00Z" });
  simulator.start("max");
  expect(simulator.state().samples.inserted).toBe(0);
  const client = await subscribe(
    simulator,
    simulator.devices.map(({ id }) => id),
  );
  await client.until(() => client.samples.length >= 5000);
  simulator.stop();
  const keys = client.samples.map(({ deviceId, topic, timestamp }) => `${deviceId} ${topic} ${timestamp}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test("start plays the recording that is configured", async () => {
  const file = new URL("../samples/building.ndjson", import.meta.url).pathname;
  const simulator = await startSimulator({ playback: { file } });
  simulator.start();
  expect(simulator.state().isRunning).toBe(true);
  await simulator.until(() => simulator.state().samples.inserted === 100);
});

test("a recording that cannot be played is told, and nothing runs any more", async () => {
  const lines: string[] = [];
  const simulator = await startSimulator({ playback: { file: "no/such.ndjson" }, log: (line) => lines.push(line) });
  simulator.start();
  while (simulator.state().isRunning) await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual(["stopped sending: cannot read the recording no/such.ndjson"]);
});

test("runs until the signal aborts, then closes everything", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  let running: Promise<void> | undefined;
  const ready = await new Promise<Simulator>((onReady) => {
    running = runSimulator({ samplesPerMinute: "max", log: (line) => lines.push(line), onReady }, stop.signal);
  });
  const client = await subscribe(ready, [ready.devices[0]?.id ?? ""]);
  await client.message("sample_insert");
  stop.abort();
  await running;
  await client.closed;
  expect(lines[0]).toBe("data stream opened, connection c1");
  await expect(fetch(ready.url)).rejects.toThrow("fetch failed");
});
