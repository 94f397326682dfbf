import { expect, test } from "vitest";
import { gather, readTogether } from "./gather.ts";

/** A call whose answers the test gives. */
function callsOf<A>() {
  const calls: { items: readonly A[]; answer: (answers: readonly string[]) => void; fail: (cause: Error) => void }[] =
    [];
  const run = (items: readonly A[]): Promise<readonly string[]> =>
    new Promise((answer, fail) => calls.push({ items, answer, fail }));
  return { calls, run };
}

test("what comes alone goes at once; what comes meanwhile goes together, in its order", async () => {
  const { calls, run } = callsOf<number>();
  const call = gather(run);
  const [one, two, three] = [call(1), call(2), call(3)];
  expect(calls.map(({ items }) => items)).toEqual([[1]]);
  calls[0]?.answer(["a"]);
  expect(await one).toBe("a");
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  calls[1]?.answer(["b", "c"]);
  expect(await Promise.all([two, three])).toEqual(["b", "c"]);
  void call(4);
  expect(calls.at(-1)?.items).toEqual([4]);
});

test("no more than the bound go in one call", async () => {
  const sizes: number[] = [];
  const call = gather(
    async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    },
    { most: 4 },
  );
  expect(await Promise.all(Array.from({ length: 10 }, (_, index) => call(index)))).toEqual([...Array(10).keys()]);
  expect(sizes).toEqual([1, 4, 4, 1]);
});

test("two of one key go in two calls", async () => {
  const parts: string[][] = [];
  const call = gather(
    async (items: readonly string[]) => {
      parts.push([...items]);
      return items;
    },
    { keyOf: (item) => item },
  );
  expect(await Promise.all(["x", "a", "b", "a", "c", "a"].map(call))).toEqual(["x", "a", "b", "a", "c", "a"]);
  expect(parts).toEqual([["x"], ["a", "b"], ["a", "c"], ["a"]]);
});

test("a failure is that of all it was asked for, and of no other", async () => {
  const { calls, run } = callsOf<number>();
  const call = gather(run);
  const answers = Promise.allSettled([call(1), call(2), call(3)]);
  calls[0]?.answer(["a"]);
  await Promise.resolve().then(() => undefined);
  while (calls.length < 2) await Promise.resolve();
  const later = call(4);
  calls[1]?.fail(new Error("away"));
  const [first, second, third] = await answers;
  expect(first).toEqual({ status: "fulfilled", value: "a" });
  expect([second?.status, third?.status]).toEqual(["rejected", "rejected"]);
  while (calls.length < 3) await Promise.resolve();
  calls[2]?.answer(["d"]);
  expect(await later).toBe("d");
});

test("a reading is shared by those who ask before it begins, and by no later one", async () => {
  let readings = 0;
  const read = readTogether(async () => (readings += 1));
  const first = [read(), read()];
  expect(await Promise.all(first)).toEqual([1, 1]);
  const second = read();
  await Promise.resolve();
  expect(await Promise.all([second, read()])).toEqual([2, 3]);
});
