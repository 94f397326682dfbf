import { afterEach, beforeEach, expect, test } from "vitest";
import { longestRestMs } from "./router.ts";
import { air, createWorld, door, type Engine, numbers, type World } from "../testing/backfill-world.ts";
import { eventually } from "../testing/eventually.ts";
import type { Reading } from "../testing/harness.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.close());

const room = { context: { maxInFlight: 10 } };
const detail = (engine: Engine): string => engine.connection.report().detail;
const queries = (): number => world.simulator.requests.entries.filter(({ path }) => path.endsWith("/query")).length;

async function slowAndFast(): Promise<{ engine: Engine; slow: Reading; fast: Reading }> {
  const engine = await world.start([
    { ...room, pipeline: "slow", isHeld: true },
    { pipeline: "fast", context: { maxInFlight: 10_000 } },
  ]);
  const [slow, fast] = engine.readings;
  if (slow === undefined || fast === undefined) throw new Error("two pipelines were started");
  return { engine, slow, fast };
}

test("D2 a pipeline without room is taken off the socket, the others go on, and it catches up from history in order, once each", async () => {
  const { engine, slow, fast } = await slowAndFast();
  const sent = Array.from({ length: 1_000 }, (_, n) => world.emit("default", n % 3 === 0 ? door : air));
  expect(numbers(await fast.has(1_000))).toEqual(sent);
  expect(detail(engine)).toContain("detached until there is room: slow");
  expect(detail(engine)).not.toContain("rests");
  expect(slow.messages.length).toBeLessThanOrEqual(10);

  slow.pull();
  await slow.has(1_000);
  const last = world.emit();
  await eventually(() => numbers(slow.messages).includes(last));
  expect(slow.messages).toHaveLength(1_001);
  for (const device of [air, door]) {
    const own = numbers(slow.messages.filter((each) => each.meta.device === device));
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
  await eventually(() => !detail(engine).includes("detached") && !detail(engine).includes("catching up"));
  expect(fast.messages.every((each) => each.meta.backfilled === undefined)).toBe(true);
});

test("D2 a device of which nothing was missed meanwhile is not read", async () => {
  const { engine, slow, fast } = await slowAndFast();
  world.emit("default", door);
  for (let n = 0; n < 50; n += 1) world.emit();
  await fast.has(51);
  slow.pull();
  await slow.has(51);
  await eventually(() => !detail(engine).includes("catching up"));
  const read = world.simulator.requests.entries.filter(({ path }) => path.endsWith("/query"));
  expect(new Set(read.map(({ path }) => path))).toEqual(new Set([`/v3/devices/${air}/query`]));
});

test("D2 when no pipeline has room the socket rests for a while; then what comes is left to history, and memory stays flat", async () => {
  const engine = await world.start([{ ...room, isHeld: true }]);
  for (let n = 0; n < 30; n += 1) world.emit();
  await eventually(() => detail(engine).includes("rests until there is room in test"));
  engine.clock.advance(await engine.clock.whenTimer((delayMs) => delayMs === longestRestMs));
  expect(detail(engine)).toContain("detached until there is room: test");
  for (let n = 0; n < 300; n += 1) world.emit();
  await eventually(() => engine.connection.counters.counts.samples === 330);
  engine.first.pull();
  await engine.first.has(330);
  expect(numbers(engine.first.messages)).toEqual(Array.from({ length: 330 }, (_, n) => n + 1));
  expect(queries()).toBeGreaterThan(0);
});

test("D2 a pipeline that reads nothing from history makes the socket rest for all", async () => {
  const engine = await world.start([
    { pipeline: "off", isHeld: true, context: { maxInFlight: 10, backfill: undefined } },
    { pipeline: "on" },
  ]);
  for (let n = 0; n < 30; n += 1) world.emit();
  await eventually(() => detail(engine).includes("rests until there is room in off"));
  engine.first.pull();
  await engine.first.has(30);
  await engine.readings[1]?.has(30);
  expect(engine.connection.counters.counts.backfilled).toBe(0);
});
