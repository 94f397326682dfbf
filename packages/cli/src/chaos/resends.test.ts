import { expect, test } from "vitest";
import { Book } from "./book.ts";
import { mostInFlight } from "./project.ts";
import { describeExcess, resentByKill } from "./resends.ts";

/** A system that got `count` things, each at all of these times. */
function bookOf(...groups: readonly { readonly count: number; readonly at: readonly number[] }[]): Book {
  const book = new Book("erp");
  for (const [group, { count, at }] of groups.entries()) {
    for (let index = 0; index < count; index += 1) {
      const item = { id: `${group}.${index}`, device: "d", topic: "t", time: "", group: "d" };
      book.expect(item);
      for (const time of at) book.arrived({ ...item, isBackfilled: false, key: undefined }, time);
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
