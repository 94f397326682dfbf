import { expect, test } from "vitest";
import { shared } from "./shared.ts";

test("opens for the first, closes after the last, and opens again", async () => {
  const done: string[] = [];
  let count = 0;
  const resource = shared(
    async () => {
      done.push("open");
      return (count += 1);
    },
    async (value) => void done.push(`close ${value}`),
  );
  expect(await Promise.all([resource.acquire(), resource.acquire()])).toEqual([1, 1]);
  await resource.release();
  expect(done).toEqual(["open"]);
  await resource.release();
  expect(await resource.acquire()).toBe(2);
  await resource.release();
  expect(done).toEqual(["open", "close 1", "open", "close 2"]);
});

test("a failed opening fails for all who wait, and the next may succeed", async () => {
  let tries = 0;
  const closed: number[] = [];
  const resource = shared(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error("away");
      return tries;
    },
    async (value) => void closed.push(value),
  );
  const both = await Promise.allSettled([resource.acquire(), resource.acquire()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await resource.acquire()).toBe(2);
  await resource.release();
  expect(closed).toEqual([2]);
});

test("who acquires while it closes waits, and gets a new one", async () => {
  let open = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const resource = shared(
    async () => (open += 1),
    async () => {
      await ended;
      open -= 1;
    },
  );
  await resource.acquire();
  const closing = resource.release();
  const next = resource.acquire();
  end();
  await closing;
  expect(await next).toBe(1);
});
