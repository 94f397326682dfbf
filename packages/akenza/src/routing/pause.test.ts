import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { connectTo, read } from "../testing/harness.ts";
import { eventually } from "../testing/eventually.ts";
import { greet, startRawServer } from "../testing/raw-server.ts";

const slowDevice = "02000000000000a1";
const fastDevice = "02000000000000b1";

const sample = (deviceId: string, n: number): string => {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + n).toISOString();
  return JSON.stringify({
    type: "sample_insert",
    sample: { deviceId, topic: "default", timestamp, data: { n, filler: "x".repeat(2_000) } },
  });
};
const numbers = (messages: readonly { body: unknown }[]): number[] =>
  messages.map((each) => (each.body as { data: { n: number } }).data.n);

test("the socket rests while a pipeline has no room, dies of no silence meanwhile, and loses nothing", async () => {
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("message", () => socket.send(JSON.stringify({ type: "subscribed", subscriptions: [] })));
  });
  const clock = createManualClock();
  const log = createRecordingLogger();
  const connection = await connectTo(server, { log, context: { clock } });
  const slow = await read(
    connection,
    { subscribe: [{ asset: slowDevice }] },
    { pipeline: "slow", isHeld: true, context: { maxInFlight: 10 } },
  );
  const fast = await read(connection, { subscribe: [{ asset: fastDevice }] }, { pipeline: "fast" });
  const socket = await server.connection(1);
  const total = 5_000;
  for (let n = 0; n < total; n += 1) socket.send(sample(slowDevice, n));
  socket.send(sample(fastDevice, 0));
  await clock.whenTimer((delayMs) => delayMs === 25_000);

  // Far more than one read of the socket can have brought in: the rest is held back by the other side.
  await eventually(() => connection.report().detail.includes("rests until there is room in slow"));
  expect(connection.counters.counts.samples).toBeLessThan(total / 10);
  expect(clock.timers()).not.toContain(90_000);
  clock.advance(600_000);
  expect(connection.report().state).toBe("live");

  slow.pull();
  expect(numbers(await slow.has(total))).toEqual(Array.from({ length: total }, (_, n) => n));
  await fast.has(1);
  expect(connection.report().detail).not.toContain("rests");
  expect(clock.timers().filter((delayMs) => delayMs === 90_000)).toHaveLength(1);
  expect(connection.counters.counts).toMatchObject({ connects: 1, closes: 0 });
  await slow.stop();
  await fast.stop();
  await connection.close();
  await server.close();
});
