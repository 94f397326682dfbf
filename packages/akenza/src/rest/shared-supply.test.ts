import { setMaxListeners } from "node:events";
import type { Collection } from "@signalbox/core";
import { createManualClock, createRecordingLogger, type ManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { createRows } from "../testing/rows.ts";
import type { Priority } from "./priority.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { SharedBucket } from "./shared-bucket.ts";
import { SharedSupply } from "./shared-supply.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);
const limit = { perSecond: 10, burst: 25 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Engines at one store, and what each has been granted, in order. */
function createEngines() {
  const clock = createManualClock();
  const rows = createRows();
  const log = createRecordingLogger();
  const granted: string[] = [];
  let calls = 0;

  function start(name: string) {
    const { store, fail } = rows.process();
    const counted = counting(store.collection<SharedBucket>({ name: "rate-limits", indexes: [] }), () => (calls += 1));
    const supply = new SharedSupply({ rows: counted, key: "key", clock, log, limit });
    const limiter = new RateLimiter(clock, supply);
    const take = (count: number, priority: Priority = "command"): void => {
      for (let n = 0; n < count; n += 1)
        void limiter.take(priority, never).then(() => granted.push(`${name} ${priority}`));
    };
    return { take, fail, limiter };
  }

  const countOf = (start: string): number => granted.filter((each) => each.startsWith(start)).length;
  return { clock, log, granted, countOf, start, calls: () => calls };
}

function counting(rows: Collection<SharedBucket>, count: () => void): Collection<SharedBucket> {
  const passing = <Args extends unknown[], T>(call: (...args: Args) => T) => {
    return (...args: Args): T => {
      count();
      return call(...args);
    };
  };
  return { ...rows, get: passing(rows.get), insert: passing(rows.insert), replace: passing(rows.replace) };
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  await settled();
  for (let at = 0; at < ms; at += 10) {
    clock.advance(10);
    await settled();
  }
}

test("D13 two engines of one key have one bucket: half each, and no more than one has alone", async () => {
  const { clock, countOf, granted, start } = createEngines();
  start("a").take(400);
  start("b").take(400);
  await pass(clock, 20_000);
  expect(granted.length).toBeGreaterThanOrEqual(220);
  expect(granted.length).toBeLessThanOrEqual(225);
  expect(countOf("a")).toBeGreaterThan(95);
  expect(countOf("b")).toBeGreaterThan(95);
});

test("D13 an engine's commands go before all other requests of every engine", async () => {
  const { clock, granted, start } = createEngines();
  const a = start("a");
  a.take(500, "backfill");
  await pass(clock, 2_000);
  const before = granted.length;
  start("b").take(20, "command");
  await pass(clock, 2_600);
  const later = granted.slice(before);
  const last = later.lastIndexOf("b command");
  expect(later.filter((each) => each === "b command")).toHaveLength(20);
  // What the other engine had leased before it heard of them, and what was left over.
  expect(later.slice(0, last).filter((each) => each === "a backfill").length).toBeLessThanOrEqual(5);
});

test("D13 the store is asked a few times a second, however many requests wait", async () => {
  const { clock, granted, start, calls } = createEngines();
  start("a").take(2_000);
  await pass(clock, 1_000);
  const before = calls();
  await pass(clock, 10_000);
  expect(granted.length).toBeGreaterThanOrEqual(130);
  expect(calls() - before).toBeLessThanOrEqual(41);
});

test("D13 while the store is away each engine keeps to its part, and they share again when it is back", async () => {
  const { clock, countOf, granted, log, start } = createEngines();
  const a = start("a");
  const b = start("b");
  a.take(1_000);
  b.take(1_000);
  await pass(clock, 5_000);
  a.fail(true);
  b.fail(true);
  const before = granted.length;
  await pass(clock, 20_000);
  expect(granted.length - before).toBeGreaterThanOrEqual(190);
  expect(granted.length - before).toBeLessThanOrEqual(205);
  a.fail(false);
  b.fail(false);
  const beforeReturn = granted.length;
  await pass(clock, 20_000);
  expect(granted.length - beforeReturn).toBeGreaterThanOrEqual(190);
  expect(granted.length - beforeReturn).toBeLessThanOrEqual(225);
  expect(Math.abs(countOf("a") - countOf("b"))).toBeLessThan(40);
  const told = log.lines.map(({ level, sentence }) => `${level}: ${sentence}`);
  expect(told.filter((each) => each.startsWith("warn"))).toHaveLength(2);
  expect(told.filter((each) => each.startsWith("info"))).toHaveLength(2);
});

test("D13 a 429 to one engine holds the others too, whether it has requests waiting or not", async () => {
  const { clock, countOf, start } = createEngines();
  const a = start("a");
  const b = start("b");
  a.take(1);
  await pass(clock, 100);
  a.limiter.closeFor(3_000);
  await settled();
  b.take(50);
  await pass(clock, 3_000);
  expect(countOf("b")).toBe(0);
  await pass(clock, 1_000);
  expect(countOf("b")).toBeGreaterThanOrEqual(8);
});

test("D13 an engine that rests shows itself, so that its part stays its own", async () => {
  const { clock, granted, start } = createEngines();
  const a = start("a");
  const b = start("b");
  a.take(1);
  b.take(1);
  await pass(clock, 10);
  for (let minute = 0; minute < 10; minute += 1) {
    clock.advance(60_000);
    await settled();
  }
  b.fail(true);
  const before = granted.length;
  b.take(200);
  await pass(clock, 10_000);
  expect(granted.length - before).toBeGreaterThanOrEqual(45);
  expect(granted.length - before).toBeLessThanOrEqual(51);
});
