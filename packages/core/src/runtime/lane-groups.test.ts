import { expect, test } from "vitest";
import { BatchIds } from "./batch-ids.ts";
import { type Entry, type FirstOfRow, groupEntries } from "./lane-groups.ts";
import type { Write } from "./write.ts";

const nothing = (): void => undefined;

function entry(row: string, value: string, first?: FirstOfRow): Entry {
  const message = { id: value, meta: { pipeline: "p", source: "s", time: "", receivedAt: "" }, body: null };
  const ends = { writeDelivered: nothing, writeDiscarded: nothing, writeDeadLettered: nothing, writeParked: nothing };
  const write: Write = { message, key: row, owner: { original: message, takenInAt: () => 0, ...ends } };
  return { lane: "lane", row, value, write, first };
}

function order(entries: readonly Entry[]): string[] {
  return [...groupEntries(entries, 0)].flatMap((group) => group.entries.map(({ value }) => value));
}

test("what lines up behind the first of its row stays behind it, whatever else is on its way", () => {
  const failed = { dueAt: 500, attempts: 1 };
  const values = order([entry("b", "b1"), entry("a", "a1", failed), entry("a", "a2"), entry("b", "b2")]);
  expect(values.indexOf("a1")).toBeLessThan(values.indexOf("a2"));
  expect(values.indexOf("b1")).toBeLessThan(values.indexOf("b2"));
});

test("a row begins with the state of its first entry; what lines up has none of its own", () => {
  const groups = [
    ...groupEntries([entry("a", "a1", { dueAt: 500, attempts: 1 }), entry("a", "a2"), entry("b", "b1")], 7),
  ];
  expect(groups.map(({ state, isWaking }) => [state, isWaking])).toEqual([
    [{ dueAt: 500, attempts: 1 }, true],
    [{ dueAt: 7, attempts: 0 }, false],
  ]);
});

test("a batch takes members until it is full by count or bytes, or was tried", () => {
  const ids = new BatchIds();
  const limit = { count: 2, bytes: 10, lingerMs: 0 };
  const [a, b, c] = [ids.join(1, limit), ids.join(1, limit), ids.join(1, limit)];
  expect([a === b, b === c]).toEqual([true, false]);
  const large = ids.join(10, limit);
  expect(large).not.toBe(c);
  expect([ids.close(a), ids.close(large), ids.close(large)]).toEqual([false, true, false]);
  expect(ids.join(0, limit)).not.toBe(large);
  expect(new BatchIds().join(1, limit)).not.toBe(a);
});
