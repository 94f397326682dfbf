import type { Lanes, Store } from "../ports/store.ts";
import type { TestKit } from "./test-kit.ts";

// The part of the store suite about lanes. Not here: collections (store-conformance-collections.ts), reopening and crashes
// (store-conformance.ts).

const all = { rows: 1_000, entriesPerRow: 1_000 };
const now = { dueAt: 0, attempts: 0 };

/** Text that an encoding could trip over. */
export const oddTexts = [
  "",
  " ",
  "a:b:c",
  "{tag}",
  "%_*?[]\\",
  "é😀\u{10FFFF}",
  "\"'`",
  "line\nend",
  "nul\0",
  "\uE000\uE001",
];

/** What every store's lanes must do. */
export function laneConformance({ test, expect }: TestKit, store: () => Store): void {
  const lanes = (): Lanes => store().lanes;
  const values = async (lane: string, row: string): Promise<readonly string[]> => {
    const rows = await lanes().due(lane, Infinity, all);
    return rows.find((each) => each.row === row)?.entries.map(({ value }) => value) ?? [];
  };

  test("lanes: a row keeps its entries in order of arrival, over several appends", async () => {
    await lanes().append("order", entries("a", "1", "2"), now);
    await lanes().append("order", [...entries("b", "x"), ...entries("a", "3"), ...entries("b", "y")], now);
    expect(await values("order", "a")).toEqual(["1", "2", "3"]);
    expect(await values("order", "b")).toEqual(["x", "y"]);
  });

  test("lanes: due gives the rows that are due, the longest due first, within its limits", async () => {
    await lanes().append("due", entries("late", "1"), { dueAt: 300, attempts: 0 });
    await lanes().append("due", entries("mid", "1", "2", "3"), { dueAt: 200, attempts: 4 });
    await lanes().append("due", entries("early", "1"), { dueAt: 100, attempts: 0 });
    const rows = await lanes().due("due", 200, { rows: 9, entriesPerRow: 2 });
    expect(rows.map(({ row, dueAt, attempts }) => [row, dueAt, attempts])).toEqual([
      ["early", 100, 0],
      ["mid", 200, 4],
    ]);
    expect(rows[1]?.entries.map(({ value }) => value)).toEqual(["1", "2"]);
    expect((await lanes().due("due", 999, { rows: 1, entriesPerRow: 9 })).map(({ row }) => row)).toEqual(["early"]);
    expect(await lanes().due("due", 99, all)).toEqual([]);
    expect(await lanes().due("nowhere", 99, all)).toEqual([]);
  });

  test("lanes: an append leaves the state of a row that exists alone", async () => {
    await lanes().append("state", entries("a", "1"), { dueAt: 500, attempts: 3 });
    await lanes().append("state", [...entries("a", "2"), ...entries("b", "1")], now);
    const rows = await lanes().due("state", 999, all);
    expect(rows.map(({ row, dueAt, attempts }) => [row, dueAt, attempts])).toEqual([
      ["b", 0, 0],
      ["a", 500, 3],
    ]);
  });

  test("lanes: an append that is repeated under its token changes nothing, also once its entries are gone", async () => {
    const append = (text: string, number: number, writer = "w"): Promise<void> =>
      lanes().append("once", entries("a", text), now, { writer, number });
    for (const number of [1, 1, 2, 1, 2]) await append(`${number}`, number);
    await Promise.all([append("3", 3), append("3", 3), append("3", 3)]);
    expect(await values("once", "a")).toEqual(["1", "2", "3"]);
    expect(await lanes().list("once")).toEqual([{ lane: "once", entries: 3, rows: 1, bytes: 3 }]);
    const seqs = (await lanes().due("once", 0, all))[0]?.entries.map(({ seq }) => seq) ?? [];
    await lanes().remove("once", "a", seqs, now);
    await append("3", 3);
    expect(await lanes().rows("once")).toEqual([]);
    await append("other", 1, "x");
    await lanes().append("twice", entries("a", "1"), now, { writer: "w", number: 3 });
    expect([await values("once", "a"), await values("twice", "a")]).toEqual([["other"], ["1"]]);
  });

  test("lanes: remove takes entries by seq, sets the next head's state and answers how many are left", async () => {
    await lanes().append("remove", entries("a", "1", "2", "3"), { dueAt: 1, attempts: 9 });
    const seqs = (await lanes().due("remove", 1, all))[0]?.entries.map(({ seq }) => seq) ?? [];
    expect(seqs.length).toBe(3);
    const left = await lanes().remove("remove", "a", [...seqs.slice(0, 2), 999_999], { dueAt: 7, attempts: 0 });
    expect(left).toBe(1);
    expect(await lanes().due("remove", 7, all)).toEqual([
      { row: "a", dueAt: 7, attempts: 0, entries: [{ seq: seqs[2], value: "3" }] },
    ]);
    expect(await lanes().remove("remove", "a", seqs, now)).toBe(0);
    expect(await lanes().rows("remove")).toEqual([]);
    expect(await lanes().nextDue("remove")).toBeUndefined();
    expect(await lanes().list("remove")).toEqual([]);
    expect(await lanes().remove("remove", "a", seqs, now)).toBe(0);
    expect(await lanes().rows("remove")).toEqual([]);
  });

  test("lanes: what is removed twice is gone once, and the state of what is left is the latest given", async () => {
    await lanes().append("again", entries("a", "1", "2"), { dueAt: 1, attempts: 9 });
    const [head] = (await lanes().due("again", 1, all))[0]?.entries ?? [];
    const seqs = [head?.seq ?? -1];
    expect(await lanes().remove("again", "a", seqs, { dueAt: 7, attempts: 0 })).toBe(1);
    expect(await lanes().remove("again", "a", seqs, { dueAt: 8, attempts: 2 })).toBe(1);
    expect(await lanes().due("again", 8, all)).toMatchObject([
      { row: "a", dueAt: 8, attempts: 2, entries: [{ value: "2" }] },
    ]);
    expect(await lanes().list("again")).toMatchObject([{ lane: "again", entries: 1 }]);
  });

  test("lanes: a seq of another row is not removed with this one", async () => {
    await lanes().append("mine", [...entries("a", "1"), ...entries("b", "1")], now);
    const seqs = (await lanes().due("mine", 0, all)).flatMap((row) => row.entries.map(({ seq }) => seq));
    expect(await lanes().remove("mine", "a", seqs, now)).toBe(0);
    expect(await values("mine", "b")).toEqual(["1"]);
  });

  test("lanes: defer puts one row off, and makes none", async () => {
    await lanes().append("defer", [...entries("a", "1"), ...entries("b", "1")], now);
    await lanes().defer("defer", "a", { dueAt: 50, attempts: 2 });
    await lanes().defer("defer", "ghost", { dueAt: 1, attempts: 1 });
    expect((await lanes().due("defer", 49, all)).map(({ row }) => row)).toEqual(["b"]);
    expect(await lanes().due("defer", 50, all)).toMatchObject([{ row: "b" }, { row: "a", dueAt: 50, attempts: 2 }]);
    expect((await lanes().rows("defer")).toSorted()).toEqual(["a", "b"]);
    expect(await lanes().nextDue("defer")).toBe(0);
  });

  test("lanes: list gives names by prefix with entries, rows and bytes", async () => {
    await lanes().append("list/a", [...entries("r", "12", "é"), ...entries("s", "😀")], now);
    await lanes().append("list/b", entries("r", "1"), now);
    await lanes().append("lis%", entries("r", "1"), now);
    const found = (await lanes().list("list/")).toSorted((a, b) => a.lane.localeCompare(b.lane));
    expect(found).toEqual([
      { lane: "list/a", entries: 3, rows: 2, bytes: 8 },
      { lane: "list/b", entries: 1, rows: 1, bytes: 1 },
    ]);
    expect((await lanes().list("lis%")).map(({ lane }) => lane)).toEqual(["lis%"]);
    const [head] = (await lanes().due("list/a", 0, all))[0]?.entries ?? [];
    await lanes().remove("list/a", "r", [head?.seq ?? -1], now);
    expect(await lanes().list("list/a")).toEqual([{ lane: "list/a", entries: 2, rows: 2, bytes: 6 }]);
  });

  test("lanes: seqs grow, also over a lane that was empty in between", async () => {
    await lanes().append("seqs", entries("a", "1", "2"), now);
    const before = (await lanes().due("seqs", 0, all))[0]?.entries.map(({ seq }) => seq) ?? [];
    await lanes().remove("seqs", "a", before, now);
    await lanes().append("seqs", entries("a", "3"), now);
    const [next] = (await lanes().due("seqs", 0, all))[0]?.entries ?? [];
    expect(next?.seq).toBeGreaterThan(Math.max(...before));
    expect(before.length).toBe(2);
  });

  test("lanes: lane, row and value may be any text", async () => {
    for (const text of oddTexts) await lanes().append(`odd ${text}`, entries(`r${text}`, `v${text}`), now);
    for (const text of oddTexts) {
      const rows = await lanes().due(`odd ${text}`, 0, all);
      expect(rows.map(({ row, entries }) => [row, entries[0]?.value])).toEqual([[`r${text}`, `v${text}`]]);
    }
    const names = (await lanes().list("odd ")).map(({ lane }) => lane);
    expect(names.toSorted()).toEqual(oddTexts.map((text) => `odd ${text}`).toSorted());
  });

  test("lanes: 500 entries go in at once and come back in order", async () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ row: `r${i % 50}`, value: `${i}` }));
    await lanes().append("many", many, now);
    const rows = await lanes().due("many", 0, all);
    expect(rows.length).toBe(50);
    for (const { row, entries } of rows) {
      expect(entries.map(({ value }) => value)).toEqual(many.filter((each) => each.row === row).map((e) => e.value));
    }
  });

  test("lanes: nothing is lost between appends and removals of one row at the same time", async () => {
    const seen = new Set<string>();
    const take = async (): Promise<void> => {
      const rows = await lanes().due("race", Infinity, all);
      for (const { row, entries } of rows) {
        for (const { value } of entries) seen.add(value);
        await lanes().remove(
          "race",
          row,
          entries.map(({ seq }) => seq),
          now,
        );
      }
    };
    const works = Array.from({ length: 200 }, (_, i) =>
      i % 4 === 3 ? take() : lanes().append("race", [...entries("a", `${i}`), ...entries("b", `b${i}`)], now),
    );
    await Promise.all(works);
    await take();
    expect(seen.size).toBe(300);
    expect(await lanes().list("race")).toEqual([]);
  });
}

function entries(row: string, ...values: string[]): { row: string; value: string }[] {
  return values.map((value) => ({ row, value }));
}
