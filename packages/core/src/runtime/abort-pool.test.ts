import { expect, test } from "vitest";
import { createAbortPool } from "./abort-pool.ts";

test("gives a controller to one write at a time, and again after it", () => {
  const pool = createAbortPool();
  const first = pool.take();
  const second = pool.take();
  expect(second).not.toBe(first);
  pool.give(first);
  expect(pool.take()).toBe(first);
});

test("lets go of an aborted controller, and of one that served long enough", () => {
  const pool = createAbortPool();
  const aborted = pool.take();
  aborted.abort();
  pool.give(aborted);
  const served = pool.take();
  expect(served).not.toBe(aborted);
  for (let write = 1; write < 100; write += 1) {
    pool.give(served);
    expect(pool.take()).toBe(served);
  }
  pool.give(served);
  expect(pool.take()).not.toBe(served);
});
