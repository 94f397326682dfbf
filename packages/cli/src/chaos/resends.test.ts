import { expect, test } from "vitest";
import { Book } from "./book.ts";
import { mostInFlight } from "./project.ts";
import { describeExcess, resentByKill } from "./resends.ts";

interface Group {
  readonly count: number;
  readonly at: readonly number[];
  /** When the engine took in what came at each of these times; as it came, when absent. */
  readonly takenAt?: readonly number[];
}

/** A system that got `count` things, each at all of these times. */
function bookOf(...groups: readonly Group[]): Book {
  const book = new Book("erp");
  for (const [group, { count, at, takenAt = at }] of groups.entries()) {
    for (let index = 0; index < count; index += 1) {
      const item = { id: `${group}.${index}`, device: "d", topic: "t", time: "", group: "d" };
      book.expect(item);
      for (const [visit, time] of at.entries())
        book.arrived({ ...item, isBackfilled: false, takenAt: takenAt[visit] ?? time, key: undefined }, time);
    }
  }
  return book;
}

test("D5 a kill may have sent again what came since its watermark was written and what was in flight, and no more", () => {
  const latest = { count: 5, at: [9_500, 11_000] };
  const right = resentByKill([bookOf({ count: mostInFlight, at: [8_000, 11_000] }, latest)], [10_000]);
  expect(right).toEqual([{ receiver: "erp", count: mostInFlight + 5, bound: mostInFlight + 5 }]);
  expect(describeExcess(right)).toEqual([]);
  const wrong = resentByKill([bookOf({ count: mostInFlight + 1, at: [8_000, 11_000] }, latest)], [10_000]);
  expect(describeExcess(wrong)).toHaveLength(1);
});

test("what comes again counts for the kill after which it had to, however late it comes", () => {
  const counts = resentByKill([bookOf({ count: 5, at: [9_500, 20_000] })], [1_000, 10_000, 11_000]);
  expect(counts.map(({ count }) => count)).toEqual([0, 5, 0]);
});

test("what a queue still held at a kill counts for the kill after which it was taken in again", () => {
  const twice = { count: 5, at: [20_000, 21_000], takenAt: [9_500, 12_000] };
  const once = { count: 3, at: [20_000, 31_000], takenAt: [18_000, 18_000] };
  const [first, second, third] = resentByKill([bookOf(twice, once)], [10_000, 19_000, 30_000]);
  expect(first).toMatchObject({ count: 5, bound: 5 + mostInFlight });
  expect(second).toMatchObject({ count: 0, bound: 3 + mostInFlight });
  expect(third).toMatchObject({ count: 3, bound: mostInFlight });
});
