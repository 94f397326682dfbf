import { setMaxListeners } from "node:events";
import { createManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { OwnSupply } from "./own-supply.ts";
import type { Priority } from "./priority.ts";
import { RateLimiter } from "./rate-limiter.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Takes in the background and notes who got through, in order. */
function requests(limiter: RateLimiter) {
  const granted: string[] = [];
  const take = (name: string, priority: Priority = "inventory", signal = never): void => {
    limiter.take(priority, signal).then(
      () => granted.push(name),
      () => granted.push(`${name} gave up`),
    );
  };
  return { granted, take };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a burst goes at once, then ten a second", async () => {
  const clock = createManualClock();
  const limiter = new RateLimiter(clock, new OwnSupply(clock, { perSecond: 10, burst: 25 }));
  const { granted, take } = requests(limiter);
  for (let n = 0; n < 60; n += 1) take(`${n}`);
  await settled();
  expect(granted).toHaveLength(25);
  for (let second = 1; second <= 3; second += 1) {
    clock.advance(1_000);
    await settled();
    expect(granted).toHaveLength(25 + second * 10);
  }
  clock.advance(60_000);
  await settled();
  expect(granted).toHaveLength(60);
  expect(clock.timers()).toEqual([]);
});

test("commands go before back-fill, back-fill before inventory, each in order", async () => {
  const clock = createManualClock();
  const limiter = new RateLimiter(clock, new OwnSupply(clock, { perSecond: 10, burst: 1 }));
  const { granted, take } = requests(limiter);
  take("first");
  take("inventory 1");
  take("backfill 1", "backfill");
  take("command 1", "command");
  take("command 2", "command");
  clock.advance(1_000);
  await settled();
  expect(granted).toEqual(["first", "command 1", "command 2", "backfill 1", "inventory 1"]);
});

test("one that gives up leaves the line", async () => {
  const clock = createManualClock();
  const limiter = new RateLimiter(clock, new OwnSupply(clock, { perSecond: 1, burst: 1 }));
  const { granted, take } = requests(limiter);
  const end = new AbortController();
  take("first");
  take("second", "command", end.signal);
  take("third");
  end.abort();
  await settled();
  expect(limiter.waiting).toBe(1);
  clock.advance(1_000);
  await settled();
  expect(granted).toEqual(["first", "second gave up", "third"]);
});

test("akenza's own count of what is left goes before ours", async () => {
  const clock = createManualClock();
  const limiter = new RateLimiter(clock, new OwnSupply(clock, { perSecond: 10, burst: 25 }));
  const { granted, take } = requests(limiter);
  limiter.hasLeft(2);
  for (let n = 0; n < 5; n += 1) take(`${n}`);
  await settled();
  expect(granted).toHaveLength(2);
  limiter.hasLeft(20);
  clock.advance(100);
  await settled();
  expect(granted).toHaveLength(3);
});

test("after a 429 nothing goes out for as long as akenza asks", async () => {
  const clock = createManualClock();
  const limiter = new RateLimiter(clock, new OwnSupply(clock, { perSecond: 10, burst: 25 }));
  const { granted, take } = requests(limiter);
  limiter.closeFor(5_000);
  take("command", "command");
  clock.advance(5_000);
  await settled();
  expect(granted).toEqual([]);
  clock.advance(100);
  await settled();
  expect(granted).toEqual(["command"]);
});
