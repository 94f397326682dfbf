import { array, assert, constantFrom, integer, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { type Demand, noDemand } from "./priority.ts";
import { type Ask, claimHoldsMs, engineCount, lease, newSharedBucket, presenceHoldsMs } from "./shared-bucket.ts";

const limit = { perSecond: 10, burst: 25 };
const start = Date.UTC(2026, 0, 1);

/** A bucket and the engines at it, in virtual time. */
function createBucket(own = limit) {
  let shared = newSharedBucket(own, start);
  return {
    get shared() {
      return shared;
    },
    ask(engine: string, wants: Partial<Demand>, atMs: number, more: Partial<Ask> = {}): number {
      const ask: Ask = {
        engine,
        wants: { ...noDemand, ...wants },
        now: start + atMs,
        limit: own,
        left: Infinity,
        ...more,
      };
      const result = lease(shared, ask);
      shared = result.shared;
      return result.granted;
    },
  };
}

test("D13 an engine alone has the burst at once, then the rate", () => {
  const bucket = createBucket();
  expect(bucket.ask("a", { command: 40 }, 0)).toBe(25);
  let granted = 0;
  for (let atMs = 250; atMs <= 60_000; atMs += 250) granted += bucket.ask("a", { backfill: 40 }, atMs);
  expect(granted).toBe(600);
});

test("D13 engines that want the same get the same, and together no more than one", () => {
  const bucket = createBucket();
  const granted = { a: 0, b: 0, c: 0 };
  for (let atMs = 0; atMs <= 60_000; atMs += 100) {
    for (const engine of ["a", "b", "c"] as const) granted[engine] += bucket.ask(engine, { backfill: 100 }, atMs);
  }
  expect(granted.a + granted.b + granted.c).toBe(625);
  // Who comes first finds nobody else yet, and has the burst.
  expect(granted.a - 25).toBeGreaterThanOrEqual(199);
  expect(Math.abs(granted.b - granted.c)).toBeLessThanOrEqual(1);
});

test("D13 another engine's commands go before one's own back-fill, and back-fill before inventory", () => {
  const bucket = createBucket();
  bucket.ask("a", { backfill: 25 }, 0);
  bucket.ask("b", { command: 6 }, 0);
  bucket.ask("c", { inventory: 5 }, 0);
  expect(bucket.ask("a", { backfill: 5 }, 400)).toBe(0);
  expect(bucket.ask("c", { inventory: 5 }, 400)).toBe(0);
  expect(bucket.ask("b", { command: 6 }, 400)).toBe(4);
  expect(bucket.ask("a", { backfill: 5 }, 800)).toBe(2);
  expect(bucket.ask("b", { command: 2 }, 800)).toBe(2);
  expect(bucket.ask("c", { inventory: 5 }, 1_100)).toBe(0);
  expect(bucket.ask("a", { backfill: 3 }, 1_100)).toBe(3);
  expect(bucket.ask("c", { inventory: 5 }, 1_600)).toBe(5);
});

test("D13 an engine asks for several kinds at once, and what it wants less waits for what others want more", () => {
  const bucket = createBucket();
  bucket.ask("a", { command: 25 }, 0);
  bucket.ask("b", { command: 1 }, 0);
  expect(bucket.ask("a", { command: 1, backfill: 10 }, 500)).toBe(4);
  expect(bucket.shared.engines["a"]?.wants).toEqual({ command: 0, backfill: 7, inventory: 0 });
});

test("D13 with a burst of one the engines take turns", () => {
  const bucket = createBucket({ perSecond: 1, burst: 1 });
  const turns: string[] = [];
  for (let atMs = 0; atMs <= 6_000; atMs += 500) {
    for (const engine of ["a", "b"]) if (bucket.ask(engine, { command: 5 }, atMs) > 0) turns.push(engine);
  }
  expect(turns.join("")).toMatch(/^a(ab)+$/);
  expect(turns).toHaveLength(7);
});

test("D13 what a dead engine had coming goes to the others after a moment", () => {
  const bucket = createBucket();
  bucket.ask("a", { backfill: 25 }, 0);
  bucket.ask("dead", { command: 1_000 }, 0);
  expect(bucket.ask("a", { backfill: 50 }, claimHoldsMs)).toBe(0);
  expect(bucket.ask("a", { backfill: 50 }, claimHoldsMs + 1)).toBe(15);
  expect(engineCount(bucket.shared)).toBe(2);
  bucket.ask("a", {}, presenceHoldsMs + 1);
  expect(engineCount(bucket.shared)).toBe(1);
});

test("D13 akenza's own count goes before ours where it is less", () => {
  const bucket = createBucket();
  expect(bucket.ask("a", { command: 10 }, 0, { left: 4 })).toBe(4);
  expect(bucket.ask("a", { command: 10 }, 100, { left: 20 })).toBe(1);
});

test("D13 after a 429 nobody gets anything for as long as akenza asks", () => {
  const bucket = createBucket();
  bucket.ask("a", {}, 0, { closedUntil: start + 5_000 });
  expect(bucket.ask("b", { command: 10 }, 5_000)).toBe(0);
  expect(bucket.ask("b", { command: 10 }, 5_300)).toBe(3);
});

test("D13 engines whose clocks differ do not both fill the bucket", () => {
  const bucket = createBucket();
  let granted = 0;
  for (let atMs = 0; atMs <= 60_000; atMs += 100) {
    granted += bucket.ask("ahead", { command: 100 }, atMs + 20_000);
    granted += bucket.ask("behind", { command: 100 }, atMs);
  }
  expect(granted).toBe(625);
});

test("D13 a clock that is set back an hour holds nobody for an hour", () => {
  const bucket = createBucket();
  bucket.ask("a", { command: 25 }, 3_600_000);
  expect(bucket.ask("a", { command: 5 }, 0)).toBe(0);
  expect(bucket.ask("a", { command: 5 }, 500)).toBe(5);
});

test("D13 whoever asks for what, however often: never more than the limit allows, and nothing is kept back for ever", () => {
  const asks = array(
    record({
      engine: constantFrom("a", "b", "c"),
      waitMs: integer({ min: 0, max: 400 }),
      command: nat(30),
      backfill: nat(30),
      inventory: nat(30),
    }),
    { maxLength: 200 },
  );
  assert(
    property(asks, (list) => {
      const bucket = createBucket();
      let atMs = 0;
      let granted = 0;
      for (const { engine, waitMs, ...wants } of list) {
        atMs += waitMs;
        const own = bucket.ask(engine, wants, atMs);
        granted += own;
        expect(own).toBeLessThanOrEqual(wants.command + wants.backfill + wants.inventory);
        expect(granted).toBeLessThanOrEqual(limit.burst + (atMs * limit.perSecond) / 1000 + 1e-6);
        expect(bucket.shared.tokens).toBeGreaterThanOrEqual(0);
        expect(bucket.shared.tokens).toBeLessThanOrEqual(limit.burst);
      }
      expect(bucket.ask("d", { inventory: 100 }, atMs + 10_000)).toBe(25);
    }),
  );
});
