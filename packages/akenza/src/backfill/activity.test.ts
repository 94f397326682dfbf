import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorld, type Engine, numbers, type World } from "../testing/backfill-world.ts";
import { eventually } from "../testing/eventually.ts";

let world: World;
const devices = Array.from({ length: 60 }, (_, n) => `02${String(n).padStart(14, "0")}`);
const [busy = ""] = devices.slice(-1);
const config = { subscribe: [{ asset: devices }] };

beforeEach(async () => {
  world = await createWorld();
  for (const id of devices) world.simulator.addDevice({ id, name: id });
});

afterEach(() => world.close());

const isRead = (path: string): boolean => path.endsWith("/query");

/** Every device has sent once, long ago; then the connection breaks, and one of them sends. Answers who was read. */
async function breakAndSend(): Promise<ReadonlySet<string>> {
  const engine: Engine = await world.start([{ config }]);
  for (const device of devices) world.emit("default", device);
  await engine.first.has(devices.length);
  world.nowMs += 600_000;
  engine.clock.advance(600_000);
  let missed = 0;
  await engine.reconnect(() => (missed = world.emit("default", busy)));
  await eventually(() => numbers(engine.first.messages).includes(missed));
  await eventually(() => !engine.connection.report().detail.includes("catching up"));
  expect(engine.first.messages).toHaveLength(devices.length + 1);
  return new Set(world.simulator.requests.entries.filter(({ path }) => isRead(path)).map(({ path }) => path));
}

test("D5 after a broken connection, devices whose entry in the list shows nothing newer are not read, once the list has proved right", async () => {
  const read = await breakAndSend();
  expect(read).toContain(`/v3/devices/${busy}/query`);
  expect(read.size).toBeLessThan(20);
});

test("D5 a list that cannot be read spares nothing", async () => {
  world.simulator.faults.failRequests({ path: "/v3/assets", status: 403, times: 0 });
  expect((await breakAndSend()).size).toBe(devices.length);
});
