import { expect, test } from "vitest";
import { Book, type Arrival, type Item } from "./book.ts";
import { violationsIn } from "./oracle.ts";

function sample(id: string, second: number, device = "d"): Item {
  return {
    id,
    device,
    topic: "default",
    time: `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000000Z`,
    group: device,
  };
}

function arrivalOf({ id, device, topic, time }: Item, more: Partial<Arrival> = {}): Arrival {
  return { id, device, topic, time, isBackfilled: false, takenAt: 0, key: `key of ${id}`, ...more };
}

/** A book of samples that are all due, in the order in which they were stored. */
function bookOf(...items: readonly Item[]): Book {
  const book = new Book("erp");
  for (const item of items) {
    book.expect(item);
    book.owe(item.id);
  }
  return book;
}

function found(book: Book): readonly string[] {
  return violationsIn(book).map(({ what, text }) => `${what}: ${text.slice(0, text.indexOf(" "))}`);
}

const [a, b, late] = [sample("a", 10), sample("b", 20), sample("late", 5)];

test("everything due that came, in order, is no violation; a second time is counted", () => {
  const book = bookOf(a, b);
  for (const item of [a, b, a]) book.arrived(arrivalOf(item), 0);
  expect(found(book)).toEqual([]);
  expect(book).toMatchObject({ due: 2, ended: 2, duplicates: 1, outstanding: 0 });
});

test("D5 what did not come is missing; what may come and is not due is not", () => {
  const book = bookOf(a);
  book.expect(b);
  expect(found(book)).toEqual(["missing: a"]);
});

test("what nobody stored, or stored otherwise, is foreign", () => {
  const book = bookOf(a);
  book.arrived(arrivalOf(b), 0);
  book.arrived(arrivalOf(a, { topic: "other" }), 0);
  expect(found(book)).toEqual(["missing: a", "foreign: b", "foreign: a"]);
});

test("D6 an item that comes under two keys, and a key of two items, are wrong", () => {
  const book = bookOf(a, b);
  book.arrived(arrivalOf(a, { key: "1" }), 0);
  book.arrived(arrivalOf(a, { key: "2" }), 0);
  book.arrived(arrivalOf(b, { key: "1" }), 0);
  expect(found(book)).toEqual(["wrong key: a", "wrong key: b"]);
});

test("D7 live samples come in the order in which they were stored, late ones too", () => {
  const right = bookOf(a, late);
  for (const item of [a, late]) right.arrived(arrivalOf(item), 0);
  expect(found(right)).toEqual([]);
  const wrong = bookOf(a, late);
  for (const item of [late, a]) wrong.arrived(arrivalOf(item), 0);
  expect(found(wrong)).toEqual(["out of order: a"]);
});

test("D7 back-filled, a late sample may come in its place by time; one that is not late may not be overtaken", () => {
  const right = bookOf(a, late, b);
  for (const item of [late, a, b]) right.arrived(arrivalOf(item, { isBackfilled: true }), 0);
  expect(found(right)).toEqual([]);
  const wrong = bookOf(a, b);
  wrong.arrived(arrivalOf(b), 0);
  wrong.arrived(arrivalOf(a, { isBackfilled: true }), 0);
  expect(found(wrong)).toEqual(["out of order: a"]);
});

test("D7 groups do not wait for one another, and a second arrival has no order", () => {
  const other = sample("other", 1, "e");
  const book = bookOf(a, other, b);
  for (const item of [a, b, other, a]) book.arrived(arrivalOf(item), 0);
  expect(found(book)).toEqual([]);
});

test("D4 what was rejected may be a dead letter in place of an arrival; what was not may not", () => {
  const book = bookOf(a, b);
  book.rejected(arrivalOf(a));
  expect(found(book)).toEqual(["missing: a", "missing: b"]);
  book.buriedAs("a");
  book.buriedAs("a");
  book.arrived(arrivalOf(b), 0);
  expect(found(book)).toEqual([]);
  expect(book).toMatchObject({ outstanding: 0, buried: 1 });
  book.buriedAs("b");
  book.buriedAs("nobody's");
  expect(found(book)).toEqual(["dead letter: b", "dead letter: nobody's"]);
});

test("D7 what was rejected in its turn and comes later all the same is not out of order", () => {
  const book = bookOf(a, b);
  book.rejected(arrivalOf(a));
  for (const item of [b, a]) book.arrived(arrivalOf(item), 0);
  expect(found(book)).toEqual([]);
});
