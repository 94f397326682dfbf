import { expect, test } from "vitest";
import { Activity, BoundedLog } from "./entry-log.ts";

test("keeps the newest entries and counts all", () => {
  const log = new BoundedLog<number>(3, new Activity());
  for (let n = 0; n < 20; n++) log.append(n);
  expect(log.entries).toEqual([17, 18, 19]);
  expect([log.total, log.dropped]).toEqual([20, 17]);
  log.clear();
  expect([log.entries, log.total, log.dropped]).toEqual([[], 20, 20]);
});

test("waits for an entry that is there, and for one that comes", async () => {
  const log = new BoundedLog<number>(3, new Activity());
  log.append(1);
  expect(await log.waitFor((n) => n === 1)).toBe(1);
  const coming = log.waitFor((n) => n > 5);
  const counted = log.waitForTotal(3);
  for (const n of [4, 6, 7]) log.append(n);
  expect(await coming).toBe(6);
  await counted;
});

test("a wait for many entries finds each of them, however many are let go", async () => {
  const log = new BoundedLog<number>(2, new Activity());
  const found = [0, 7, 99].map((wanted) => log.waitFor((n) => n === wanted));
  for (let n = 0; n < 100; n++) log.append(n);
  expect(await Promise.all(found)).toEqual([0, 7, 99]);
});

test("a wait ends with its signal, and with the error of its condition", async () => {
  const activity = new Activity();
  const stop = new AbortController();
  const waiting = activity.until(() => false, stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(activity.until(() => true, stop.signal)).rejects.toThrow("enough");
  const broken = activity.until(() => {
    throw new Error("cannot tell");
  });
  await expect(broken).rejects.toThrow("cannot tell");
});
