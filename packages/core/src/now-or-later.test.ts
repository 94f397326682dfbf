import { expect, test } from "vitest";
import { andThen, inTurn } from "./now-or-later.ts";

test("what is there at once is gone on with at once", () => {
  expect(andThen(1, (value) => value + 1)).toBe(2);
  const taken: number[] = [];
  expect(inTurn([1, 2, 3], (item) => void taken.push(item))).toBeUndefined();
  expect(taken).toEqual([1, 2, 3]);
});

test("what comes is waited for", async () => {
  await expect(andThen(Promise.resolve(1), (value) => value + 1)).resolves.toBe(2);
  await expect(andThen(1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("items are taken one after the other, from the one that waits on too", async () => {
  const events: string[] = [];
  const take = (item: number): void | Promise<void> => {
    events.push(`begin ${item}`);
    if (item % 2 === 1) return void events.push(`end ${item}`);
    return Promise.resolve().then(() => void events.push(`end ${item}`));
  };
  await inTurn([1, 2, 3, 4], take);
  expect(events).toEqual([1, 2, 3, 4].flatMap((item) => [`begin ${item}`, `end ${item}`]));
});

test("the first that fails is the last that is taken", async () => {
  const taken: number[] = [];
  const take = (item: number): Promise<void> => {
    taken.push(item);
    return item === 2 ? Promise.reject(new Error("no")) : Promise.resolve();
  };
  await expect(inTurn([1, 2, 3], take)).rejects.toThrow("no");
  expect(taken).toEqual([1, 2]);
});
