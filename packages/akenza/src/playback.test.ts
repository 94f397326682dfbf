import { fileURLToPath } from "node:url";
import { createSimulator } from "@signalbox/akenza-simulator";
import { expect, test } from "vitest";
import { connectTo, read } from "./testing/harness.ts";

const recording = fileURLToPath(new URL("../../akenza-simulator/samples/building.ndjson", import.meta.url));

test("the recorded building arrives sample by sample, once each and unchanged, however little room the pipeline has", async () => {
  const simulator = await createSimulator({ fleet: {} });
  const connection = await connectTo(simulator);
  const devices = await simulator.prepare(recording);
  const subscribe = [{ asset: devices.map((each) => each.id) }];
  const pipeline = await read(connection, { subscribe }, { context: { maxInFlight: 3 } });
  const { samples } = await simulator.play(recording);
  const messages = await pipeline.has(samples);
  const sent = simulator.sent.entries.filter((each) => each.type === "sample_insert");
  expect(messages.map((each) => each.body)).toEqual(
    sent.map((each) => (JSON.parse(each.text) as { sample: unknown }).sample),
  );
  expect(new Set(messages.map((each) => each.id)).size).toBe(samples);
  expect(samples).toBe(100);
  await pipeline.stop();
  await connection.close();
  await simulator.close();
});
