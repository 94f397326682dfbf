import type { Collection, Store } from "../ports/store.ts";
import { oddTexts } from "./store-conformance-lanes.ts";
import type { TestKit } from "./test-kit.ts";

// The part of the store suite about collections. Not here: lanes (store-conformance-lanes.ts), reopening and crashes
// (store-conformance.ts).

interface Tick {
  readonly key: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly value: unknown;
}

/** What every store's collections must do. */
export function collectionConformance({ test, expect }: TestKit, store: () => Store): void {
  const collection = (name: string): Collection<unknown> => {
    return store().collection<unknown>({ name, indexes: ["state", "device"] });
  };
  const keys = async (rows: Promise<readonly { key: string }[]>): Promise<string[]> =>
    (await rows).map(({ key }) => key);

  test("collections: insert adds what is new and says which, also within one call", async () => {
    const rows = collection("insert");
    expect(await rows.insert([tick("a", 1), tick("b", 2)])).toEqual([true, true]);
    expect(await rows.insert([tick("b", 9), tick("c", 3), tick("c", 4)])).toEqual([false, true, false]);
    expect(await rows.insert([])).toEqual([]);
    expect(await rows.query({ limit: 9 })).toMatchObject([
      { key: "a", at: 1, version: 1 },
      { key: "b", at: 2, version: 1 },
      { key: "c", at: 3, version: 1 },
    ]);
  });

  test("collections: of many inserts of one key at the same time one wins", async () => {
    const rows = collection("insert-race");
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => rows.insert([tick("k", i), tick("l", i)])));
    expect(answers.flat().filter((added) => added).length).toBe(2);
    expect(await rows.count()).toBe(2);
  });

  test("collections: a value comes back as the JSON it was; what is not there is undefined", async () => {
    const rows = collection("values");
    const value = { text: oddTexts, n: [0, -1.5, 1e21, 1_700_000_000_123], deep: { a: [null, true, {}] }, none: null };
    await rows.insert([
      { key: "a", at: 1_700_000_000_123, fields: {}, value },
      { ...tick("null", 0), value: null },
    ]);
    expect(await rows.get("a")).toEqual({ key: "a", at: 1_700_000_000_123, fields: {}, value, version: 1 });
    expect((await rows.get("null"))?.value).toBeNull();
    expect(await rows.get("b")).toBeUndefined();
  });

  test("collections: keys and fields may be any text", async () => {
    const rows = collection("odd");
    await rows.insert(oddTexts.map((text) => ({ ...tick(text, 1), fields: { state: text } })));
    for (const text of oddTexts) {
      expect(await rows.get(text)).toEqual({ key: text, at: 1, fields: { state: text }, value: text, version: 1 });
      expect(await keys(rows.query({ where: { state: text }, limit: 9 }))).toEqual([text]);
    }
    expect(await rows.remove(oddTexts)).toBe(oddTexts.length);
    expect(await rows.count()).toBe(0);
  });

  test("collections: replace changes the version it was told, and only the fields it was told", async () => {
    const rows = collection("replace");
    await rows.insert([{ key: "a", at: 1, fields: { state: "new", device: "d1" }, value: 1 }]);
    expect(await rows.replace("a", 1, { fields: { state: "old" }, value: 2 })).toBe(true);
    expect(await rows.replace("a", 1, { value: 3 })).toBe(false);
    expect(await rows.replace("ghost", 1, { value: 3 })).toBe(false);
    expect(await rows.get("a")).toEqual({
      key: "a",
      at: 1,
      fields: { state: "old", device: "d1" },
      value: 2,
      version: 2,
    });
    expect(await rows.count({ state: "new" })).toBe(0);
    expect(await keys(rows.query({ where: { state: "old", device: "d1" }, limit: 9 }))).toEqual(["a"]);
    expect(await rows.replace("a", 2, { value: 4 })).toBe(true);
    expect(await rows.get("a")).toMatchObject({ value: 4, version: 3, fields: { state: "old" } });
  });

  test("collections: many rows are read and replaced in one call, each answered for itself", async () => {
    const rows = collection("many");
    await rows.insert(oddTexts.map((text) => ({ ...tick(text, 1), fields: { state: "new", device: "d" } })));
    expect(await rows.getMany([])).toEqual([]);
    expect(await rows.replaceMany([])).toEqual([]);
    const changes = oddTexts.map((key) => ({ key, version: 1, fields: { state: "old" }, value: { key } }));
    const [first = changes[0]] = changes;
    const answers = await rows.replaceMany([
      ...changes.slice(1).map((change) => ({ ...change, version: 2 })),
      { key: "ghost", version: 1, value: 1 },
      ...(first === undefined ? [] : [first]),
    ]);
    expect(answers).toEqual([...oddTexts.map(() => false), true]);
    expect(await rows.replaceMany(changes)).toEqual(oddTexts.map((_, index) => index > 0));
    const found = await rows.getMany(["ghost", ...oddTexts]);
    expect(found[0]).toBeUndefined();
    expect(found.slice(1)).toEqual(
      oddTexts.map((key) => ({ key, at: 1, fields: { state: "old", device: "d" }, version: 2, value: { key } })),
    );
    expect(await rows.count({ state: "new" })).toBe(0);
  });

  test("collections: a thousand rows and more go in one call", async () => {
    const rows = collection("thousands");
    const names = Array.from({ length: 2_500 }, (_, index) => `row-${index}`);
    await rows.insert(names.map((name) => tick(name, 1)));
    const answers = await rows.replaceMany(names.map((key) => ({ key, version: 1, value: key.length })));
    expect(answers.every((each) => each)).toBe(true);
    expect((await rows.getMany(names)).map((row) => row?.value)).toEqual(names.map(({ length }) => length));
  });

  test("collections: of many replaces of one version at the same time one wins", async () => {
    const rows = collection("replace-race");
    await rows.insert([tick("a", 1)]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => rows.replace("a", 1, { value: i })));
    expect(answers.filter((won) => won).length).toBe(1);
    expect(await rows.get("a")).toMatchObject({ value: answers.indexOf(true), version: 2 });
  });

  test("collections: put adds or overwrites all of a row", async () => {
    const rows = collection("put");
    await rows.put([{ key: "a", at: 1, fields: { state: "s", device: "d" }, value: 1 }]);
    await rows.put([
      { key: "a", at: 9, fields: { state: "t" }, value: 2 },
      { key: "b", at: 3, fields: { state: "u", device: "e" }, value: 3 },
    ]);
    expect(await rows.get("a")).toEqual({ key: "a", at: 9, fields: { state: "t" }, value: 2, version: 2 });
    expect(await rows.count({ state: "s" })).toBe(0);
    expect(await rows.count({ device: "d" })).toBe(0);
    expect(await keys(rows.query({ to: 9, limit: 9 }))).toEqual(["b"]);
    await rows.put([]);
    expect(await keys(rows.query({ where: { state: "t" }, from: 9, limit: 9 }))).toEqual(["a"]);
  });

  test("collections: remove answers how many there were", async () => {
    const rows = collection("remove");
    await rows.insert([tick("a", 1), tick("b", 2), tick("c", 3)]);
    expect(await rows.remove(["a", "c", "ghost"])).toBe(2);
    expect(await rows.remove([])).toBe(0);
    expect(await keys(rows.query({ limit: 9 }))).toEqual(["b"]);
    expect(await rows.count({ state: "s" })).toBe(1);
  });

  test("collections: query orders by time, then by the bytes of the key, either way", async () => {
    const rows = collection("order");
    await rows.insert([
      tick("b", 2),
      tick("\u{1F600}", 1),
      tick("\uFFFD", 1),
      tick("B", 1),
      tick("aa", 1),
      tick("a", 1),
    ]);
    const forward = ["B", "a", "aa", "\uFFFD", "\u{1F600}", "b"];
    expect(await keys(rows.query({ limit: 9 }))).toEqual(forward);
    expect(await keys(rows.query({ limit: 9, newestFirst: true }))).toEqual(forward.toReversed());
    expect(await keys(rows.query({ limit: 2 }))).toEqual(["B", "a"]);
    expect(await keys(rows.query({ limit: 2, newestFirst: true }))).toEqual(["b", "\u{1F600}"]);
  });

  test("collections: from is inclusive, to is exclusive, either way", async () => {
    const rows = collection("bounds");
    await rows.insert([tick("a", 1), tick("b", 2), tick("c", 3), tick("d", 4)]);
    expect(await keys(rows.query({ from: 2, to: 4, limit: 9 }))).toEqual(["b", "c"]);
    expect(await keys(rows.query({ from: 2, to: 4, limit: 9, newestFirst: true }))).toEqual(["c", "b"]);
    expect(await keys(rows.query({ from: 2, limit: 1, newestFirst: true }))).toEqual(["d"]);
    expect(await keys(rows.query({ to: 2, limit: 9 }))).toEqual(["a"]);
  });

  test("collections: after continues behind a row, also one that is gone, either way and under a filter", async () => {
    const rows = collection("pages");
    const ticks = Array.from({ length: 40 }, (_, i) => ({
      ...tick(`k${i}`, Math.floor(i / 10)),
      fields: { state: i % 2 === 0 ? "even" : "odd" },
    }));
    await rows.insert(ticks);
    for (const newestFirst of [false, true]) {
      for (const where of [{}, { state: "even" }]) {
        const expected = await keys(rows.query({ where, newestFirst, limit: 100 }));
        expect(await paged(rows, { where, newestFirst })).toEqual(expected);
        expect(expected.length).toBe("state" in where ? 20 : 40);
      }
    }
    await rows.remove(["k15"]);
    expect(await keys(rows.query({ after: { at: 1, key: "k15" }, limit: 2 }))).toEqual(["k16", "k17"]);
    expect(await keys(rows.query({ after: { at: 1, key: "k15" }, limit: 2, newestFirst: true }))).toEqual([
      "k14",
      "k13",
    ]);
  });

  test("collections: where asks for every field it names, in query and count", async () => {
    const rows = collection("where");
    await rows.insert([row("1", "open", "x"), row("2", "open", "y"), row("3", "shut", "x"), row("4", "open", "x")]);
    expect(await keys(rows.query({ where: { state: "open", device: "x" }, limit: 9 }))).toEqual(["1", "4"]);
    expect(await rows.count({ state: "open", device: "x" })).toBe(2);
    expect(await rows.count({ state: "open" })).toBe(3);
    expect(await rows.count({ state: "ajar" })).toBe(0);
    expect(await rows.count()).toBe(4);
  });

  test("collections: a field that is not indexed is refused, in a row and in a question", async () => {
    const rows = collection("refused");
    const refusal = { code: "STORE_COLLECTION_INVALID" };
    await expect(rows.insert([{ ...tick("a", 1), fields: { colour: "red" } }])).rejects.toMatchObject(refusal);
    await expect(rows.query({ where: { colour: "red" }, limit: 1 })).rejects.toMatchObject(refusal);
    await expect(rows.count({ colour: "red" })).rejects.toMatchObject(refusal);
    expect(await rows.count()).toBe(0);
  });

  test("collections: prune removes what is older than a time, then the oldest beyond a number", async () => {
    const rows = collection("prune");
    await rows.insert(Array.from({ length: 1_200 }, (_, i) => tick(`${i}`.padStart(4, "0"), i)));
    expect(await rows.prune({ before: 700 })).toBe(700);
    expect(await rows.prune({ keep: 450 })).toBe(50);
    expect(await rows.prune({ before: 800, keep: 390 })).toBe(60);
    expect(await rows.prune({ before: 0, keep: 390 })).toBe(0);
    expect(await rows.count({ state: "s" })).toBe(390);
    expect(await keys(rows.query({ limit: 1 }))).toEqual(["0810"]);
    expect(await rows.prune({ keep: 0 })).toBe(390);
  });

  test("collections: names are apart, and one name is one collection", async () => {
    await collection("apart").insert([tick("a", 1)]);
    expect(await collection("apart-not").get("a")).toBeUndefined();
    expect(await collection("apart").count()).toBe(1);
  });
}

/** All keys, read three at a time. */
async function paged(
  rows: Collection<unknown>,
  query: { where: Record<string, string>; newestFirst: boolean },
): Promise<string[]> {
  const found: string[] = [];
  let last: { at: number; key: string } | undefined;
  for (;;) {
    const page = await rows.query({ ...query, limit: 3, ...(last === undefined ? {} : { after: last }) });
    found.push(...page.map(({ key }) => key));
    last = page.at(-1);
    if (last === undefined) return found;
  }
}

function tick(key: string, at: number): Tick {
  return { key, at, fields: { state: "s" }, value: key };
}

function row(key: string, state: string, device: string): Tick {
  return { key, at: Number(key), fields: { state, device }, value: null };
}
