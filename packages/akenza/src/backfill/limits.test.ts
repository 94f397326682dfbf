// Where back-fill ends: switched off, refused, too far back, a store or an akenza that is away, devices that come and go.
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { air, createWorld, door, type Engine, numbers, type World } from "../testing/backfill-world.ts";
import { eventually } from "../testing/eventually.ts";
import { defaultBackfill } from "../testing/harness.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.close());

const query = "/v3/devices/*/query";

/** Emits until the engine has it: everything missed before has been dealt with. */
async function sync(engine: Engine, device = air): Promise<number> {
  const probe = world.emit("default", device);
  await eventually(() => numbers(engine.first.messages).includes(probe));
  return probe;
}

/** A first life that gets one sample of air. */
async function lived(): Promise<void> {
  const engine = await world.start();
  world.emit();
  await engine.first.has(1);
  await engine.stop();
}

test("D5 with `backfill: off` nothing is read and nothing is kept", async () => {
  const off = { context: { backfill: undefined } };
  let engine = await world.start([off]);
  await sync(engine);
  await engine.stop();
  world.emit();
  engine = await world.start([off]);
  const probe = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([probe]);
  expect(world.rows.rows.size).toBe(0);
  expect(world.simulator.requests.entries.filter(({ path }) => path.endsWith("/query"))).toEqual([]);
});

test("D5 a key that may not read history is said once; the gap is shown, and what comes live flows", async () => {
  await lived();
  world.emit();
  world.simulator.faults.failRequests({ path: query, status: 403, times: 0 });
  const engine = await world.start();
  const probe = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([probe]);
  const lines = engine.log.lines.filter(({ level }) => level === "error");
  expect(lines.map(({ fields }) => fields.code)).toEqual(["AKENZA_HISTORY_REFUSED"]);
  const gap = { pipeline: "test", device: air, reason: "no permission" };
  expect(engine.connection.backfill.gaps.latest).toContainEqual(expect.objectContaining(gap));
  expect(engine.log.lines).toContainEqual(
    expect.objectContaining({ level: "warn", fields: expect.objectContaining({ code: "AKENZA_HISTORY_GAP", ...gap }) }),
  );
  expect(engine.first.source.status?.().detail).toMatch(/gaps? in what was back-filled, the last of .*: no permission/);
});

test("D5 a key that may not read history is told so at the first start, before anything is missed", async () => {
  world.simulator.faults.failRequests({ path: query, status: 403, times: 0 });
  const engine = await world.start();
  await engine.log.whenLine(({ fields }) => fields.code === "AKENZA_HISTORY_REFUSED");
  expect(engine.connection.backfill.gaps.count).toBe(0);
});

test("D5 what is older than `within` is not read: it is a gap where there were samples, and none where there were none", async () => {
  await lived();
  world.emit();
  world.nowMs += 3_600_000;
  const late = world.emit();
  world.nowMs += 600_000;
  const backfill = { withinMs: 1_800_000, lookbackMs: 60_000 };
  const engine = await world.start([{ context: { backfill } }]);
  const probe = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([late, probe]);
  await sync(engine, door);
  expect(engine.connection.backfill.gaps.latest).toMatchObject([{ device: air, reason: "too old" }]);
});

test("D5 `lookback` finds what was stored late, as far as it goes and no further", async () => {
  await lived();
  const at = (minutesAgo: number): string => new Date(world.nowMs - minutesAgo * 60_000).toISOString();
  const late = world.emit("default", air, at(9));
  world.emit("default", air, at(12));
  const backfill = { ...defaultBackfill, lookbackMs: 600_000 };
  const engine = await world.start([{ context: { backfill } }]);
  const probe = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([late, probe]);
});

test("D5 a store that is away delays watermarks, not messages, and they are stored when it is back", async () => {
  const engine = await world.start();
  const before = JSON.stringify([...world.rows.rows.values()]);
  engine.store.fail(true);
  await sync(engine);
  await engine.clock.whenTimer((delayMs) => delayMs === 1_000);
  engine.clock.advance(1_000);
  await engine.log.whenLine(({ sentence }) => sentence.includes("Watermarks cannot be stored"));
  await sync(engine);
  expect(JSON.stringify([...world.rows.rows.values()])).toBe(before);
  engine.store.fail(false);
  engine.clock.advance(await engine.clock.whenTimer((delayMs) => delayMs === 5_000));
  await world.rows.until(() => JSON.stringify([...world.rows.rows.values()]).includes('"last"'));
});

test("D5 while akenza's REST is down, live samples wait behind what was missed", async () => {
  await lived();
  const missed = world.emit();
  world.simulator.faults.failRequests({ path: query, status: 503, times: 3 });
  const engine = await world.start();
  const live = world.emit();
  const moveOn = setInterval(() => engine.clock.advance(1_000), 1);
  await engine.first.has(2);
  clearInterval(moveOn);
  expect(numbers(engine.first.messages)).toEqual([missed, live]);
  // History brought the live one too, and the socket's was dropped: why is known.
  await eventually(() => engine.strays.length === 1);
  expect(engine.strays).toMatchObject([
    { id: engine.first.messages[1]?.id, connection: "akenza", why: "backfilled", pipeline: "test", device: air },
  ]);
});

test("D5 more live samples than are held while a device is read are read from history too, once each and in order", async () => {
  await lived();
  const all = [world.emit()];
  world.simulator.faults.failRequests({ path: query, status: 503, times: 1 });
  const engine = await world.start();
  for (let n = 0; n < 500; n += 1) all.push(world.emit());
  await eventually(() => engine.connection.counters.counts.samples === 500);
  const moveOn = setInterval(() => engine.clock.advance(1_000), 1);
  await engine.first.has(501);
  clearInterval(moveOn);
  const probe = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([...all, probe]);
});

test("D5 a device that leaves the list and comes back starts anew; one that is new starts with its subscription", async () => {
  const list = join(mkdtempSync(join(tmpdir(), "backfill-")), "ids.json");
  const config = { subscribe: [{ file: list, every: "1s" }] };
  const subscribe = async (ids: readonly string[], engine?: Engine): Promise<void> => {
    writeFileSync(list, JSON.stringify(ids));
    if (engine === undefined) return;
    engine.clock.advance(1_000);
    await world.rows.until(() => true);
    const moveOn = setInterval(() => engine.clock.advance(1_000), 5);
    await world.rows.until(() => world.rows.rows.size === ids.length);
    clearInterval(moveOn);
  };
  await subscribe([air, door]);
  let engine = await world.start([{ config }]);
  await sync(engine);
  await sync(engine, door);
  await subscribe([door], engine);
  world.emit();
  await subscribe([air, door], engine);
  const first = await sync(engine);
  expect(numbers(engine.first.messages)).toHaveLength(3);
  await engine.stop();

  await subscribe([door]);
  engine = await world.start([{ config }]);
  await sync(engine, door);
  await engine.stop();
  expect([...world.rows.rows.keys()]).toEqual([`test/${door}`]);

  world.emit();
  await subscribe([air, door]);
  engine = await world.start([{ config }]);
  const last = await sync(engine);
  expect(numbers(engine.first.messages)).toEqual([last]);
  expect(last).toBeGreaterThan(first);
});
