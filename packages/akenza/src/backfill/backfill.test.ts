// Back-fill through the real source, against the simulator: what a restart, a crash or a broken connection missed.
import { afterEach, beforeEach, expect, test } from "vitest";
import { air, createWorld, numbers, type World } from "../testing/backfill-world.ts";
import { eventually } from "../testing/eventually.ts";
import type { Reading } from "../testing/harness.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.close());

const range = (from: number, length: number): number[] => Array.from({ length }, (_, index) => from + index);

test("D5 back-fills what a restart missed, once each, in order and marked, and nothing from before the subscription", async () => {
  world.emit();
  let engine = await world.start();
  const live = range(world.emit(), 3);
  world.emit();
  world.emit();
  expect(numbers(await engine.first.has(3))).toEqual(live);
  await engine.stop();

  const missed = range(world.emit(), 4);
  for (let n = 0; n < 3; n += 1) world.emit("motion");
  engine = await world.start();
  const messages = [...(await engine.first.has(4))];
  const after = world.emit();
  await engine.first.has(5);
  expect(numbers(engine.first.messages)).toEqual([...missed, after]);
  expect(messages.map((each) => each.meta.backfilled)).toEqual([true, true, true, true]);
  expect(messages[1]).toMatchObject({
    id: expect.stringMatching(new RegExp(`^akenza:${air}:motion:.*Z$`)),
    meta: { device: air, topic: "motion", source: "akenza" },
    body: { deviceId: air, topic: "motion", data: { n: missed[1] } },
  });
  expect(Object.keys(messages[1]!.body as object).sort()).toEqual(["data", "deviceId", "timestamp", "topic"]);
  expect(engine.first.messages[4]?.meta.backfilled).toBeUndefined();
  await engine.stop();

  engine = await world.start();
  const last = world.emit();
  await engine.first.has(1);
  expect(numbers(engine.first.messages)).toEqual([last]);
});

test("D5 back-fills what a broken connection missed, for every pipeline once, from where each one stands", async () => {
  const engine = await world.start([
    { pipeline: "a" },
    { pipeline: "b", config: { subscribe: [{ asset: air, topic: "motion" }] } },
  ]);
  const [a, b] = engine.readings as [Reading, Reading];
  const first = world.emit();
  await a.has(1);
  const missed: number[] = [];
  await engine.reconnect(() => missed.push(world.emit(), world.emit("motion"), world.emit()));
  await a.has(4);
  const after = world.emit("motion");
  expect(numbers(await a.has(5))).toEqual([first, ...missed, after]);
  expect(numbers(await b.has(2))).toEqual([missed[1], after]);
  const queries = world.simulator.requests.entries.filter((each) => each.path.endsWith("/query"));
  // One that asks whether history can be read at all, and one for each device.
  expect(queries.length).toBe(3);
});

test("D5 what a second break missed comes before what is live after it, also while the first is still made up", async () => {
  // Room for two of history: the third waits, and the reading with it.
  const engine = await world.start([{ keepsUnsettled: true, context: { maxInFlight: 4 } }]);
  const sent = [world.emit()];
  await engine.first.has(1);
  await engine.reconnect(() => sent.push(world.emit(), world.emit(), world.emit()));
  await engine.first.has(3);
  await engine.reconnect(() => sent.push(world.emit()));
  const isLive = (): boolean => world.simulator.subscriptions().some((each) => each.subscriptions.length === 2);
  await eventually(isLive);
  sent.push(world.emit());
  await eventually(() => engine.connection.counters.counts.samples === 2);
  await eventually(() => {
    engine.first.settle();
    return numbers(engine.first.messages).includes(sent.at(-1) ?? 0);
  });
  expect(numbers(engine.first.messages)).toEqual(sent);
});

test("D5 two pipelines stand at different places: one reading of a device brings each what it lacks", async () => {
  let engine = await world.start([{ pipeline: "a" }, { pipeline: "b", keepsUnsettled: true }]);
  const both = [world.emit(), world.emit()];
  for (const reading of engine.readings) await reading.has(2);
  await engine.stop();
  const missed = [world.emit(), world.emit("motion")];
  const before = world.simulator.requests.total;
  engine = await world.start([{ pipeline: "a" }, { pipeline: "b" }]);
  const [a, b] = engine.readings as [Reading, Reading];
  expect(numbers(await a.has(2))).toEqual(missed);
  expect(numbers(await b.has(4))).toEqual([...both, ...missed]);
  const probe = world.emit();
  for (const reading of [a, b]) await eventually(() => numbers(reading.messages).includes(probe));
  expect([a.messages.length, b.messages.length]).toEqual([3, 5]);
  expect(world.simulator.requests.total - before).toBeLessThanOrEqual(4);
});

test("D5 what was not settled when the process died comes again, what was is not", async () => {
  let engine = await world.start([{ keepsUnsettled: true }]);
  const sent = range(world.emit(), 5);
  for (let n = 1; n < 5; n += 1) world.emit();
  await engine.first.has(5);
  // The third is still on its way: the fourth has settled, and is sent again all the same.
  engine.first.settle((message) => numbers([message])[0] !== sent[2]);
  await engine.flush(() => JSON.stringify([...world.rows.rows.values()]).includes(`"last"`));
  await engine.kill();
  engine = await world.start();
  expect(numbers(await engine.first.has(3))).toEqual(sent.slice(2));
  await engine.stop();
});

test("D5 what history brought is stored as soon as it has settled, and does not come again after a crash", async () => {
  let engine = await world.start();
  world.emit();
  await engine.first.has(1);
  await engine.stop();
  const missed = [world.emit(), world.emit(), world.emit()];
  engine = await world.start([{ keepsUnsettled: true }]);
  expect(numbers(await engine.first.has(3))).toEqual(missed);
  const before = world.rows.rows.get(`test/${air}`);
  engine.first.settle();
  // No time passes on the engine's clock.
  await eventually(() => world.rows.rows.get(`test/${air}`) !== before);
  await engine.kill();
  engine = await world.start();
  const probe = world.emit();
  await eventually(() => numbers(engine.first.messages).includes(probe));
  expect(numbers(engine.first.messages)).toEqual([probe]);
});

test.each([0, 1, 4, 8, 9])(
  "D5 nothing is lost when the process dies with %i messages of a back-fill settled, however late its samples were stored",
  async (settled) => {
    let engine = await world.start();
    world.emit();
    await engine.first.has(1);
    await engine.stop();
    const missed = [10, 400, 9, 300, 8, 200, 7, 100, 6].map((secondsAgo) => {
      const timestamp = new Date(world.nowMs - secondsAgo * 1_000).toISOString();
      return { timestamp, n: world.emit("default", air, timestamp) };
    });
    const inOrder = missed.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1)).map(({ n }) => n);

    engine = await world.start([{ keepsUnsettled: true }]);
    expect(numbers(await engine.first.has(9))).toEqual(inOrder);
    const done = inOrder.slice(0, settled);
    const before = world.rows.rows.get(`test/${air}`);
    engine.first.settle((message) => done.includes(numbers([message])[0]!));
    if (settled > 0) await engine.flush(() => world.rows.rows.get(`test/${air}`) !== before);
    await engine.kill();

    engine = await world.start();
    const probe = world.emit();
    await eventually(() => numbers(engine.first.messages).includes(probe));
    expect(numbers(engine.first.messages)).toEqual([...inOrder.slice(settled), probe]);
  },
);

test("D5 a back-fill of 10,000 samples with three topics on one timestamp, late ones, page boundaries and new samples while it reads is exact", async () => {
  let engine = await world.start();
  world.emit();
  await engine.first.has(1);
  await engine.stop();
  const start = world.nowMs - 3_000_000;
  const expected = new Set<number>();
  for (let uplink = 0; uplink < 3_333; uplink += 1) {
    const timestamp = new Date(start + uplink * 700).toISOString();
    for (const topic of ["default", "motion", "lifecycle"]) expected.add(world.emit(topic, air, timestamp));
  }
  expected.add(world.emit("default", air, new Date(start - 60_000).toISOString()));
  engine = await world.start([{ isHeld: true }]);
  const { first } = engine;
  // New ones, on time and late, at every answer that is on its way.
  let news = 0;
  for (; news < 20; news += 1) {
    const late = news % 2 === 0 ? undefined : new Date(start + news * 1_000 + 1).toISOString();
    expected.add(world.emit("default", air, late));
    first.pull();
    await first.has(news * 300);
    first.hold();
  }
  first.pull();
  await first.has(expected.size);
  const last = world.emit();
  await eventually(() => numbers(first.messages).at(-1) === last);
  expected.add(last);
  expect(first.messages).toHaveLength(expected.size);
  expect(new Set(numbers(first.messages))).toEqual(expected);
  const backfilled = first.messages.filter((each) => each.meta.backfilled === true);
  expect(backfilled.length).toBeGreaterThanOrEqual(10_000);
  expect(backfilled.map((each) => each.meta.time)).toEqual(backfilled.map((each) => each.meta.time).sort());
});
