import type { Store } from "../ports/store.ts";
import { collectionConformance } from "./store-conformance-collections.ts";
import { laneConformance } from "./store-conformance-lanes.ts";
import { type CrashChild } from "./crash-child.ts";
import type { Skip, TestKit } from "./test-kit.ts";

/** A store under test. */
export interface StoreFixture {
  /** Another handle on the same data, not open yet. One handle is open at a time. */
  create(): Store;
  /**
   * A child process that opens the same data, inserts rows `{ key: "1" }, { key: "2" } ...` into the collection
   * `crash` and appends the same texts to the row `row` of the lane `crash`, and prints `ready`, then each key once it is
   * acknowledged. Or why there can be none.
   */
  readonly writer: (() => CrashChild) | Skip;
  /** Ends what the fixture started. */
  stop(): Promise<void>;
}

export interface StoreSuite {
  readonly name: string;
  /** Why this store cannot be tested here; its tests are then reported as skipped. */
  readonly skip?: Skip | undefined;
  setup(): Promise<StoreFixture>;
}

/** What every store must do, told as tests. The same number of tests for each. */
export function storeConformance(kit: TestKit, suite: StoreSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`store conformance: ${title}`, () => {
    let fixture: StoreFixture;
    let current: Store;
    const store = (): Store => current;

    beforeAll(async () => {
      fixture = await suite.setup();
      current = fixture.create();
      await current.open();
    });
    afterAll(async () => {
      await current.close();
      await fixture.stop();
    });

    async function reopen(): Promise<void> {
      await current.close();
      current = fixture.create();
      await current.open();
    }

    laneConformance(kit, store);
    collectionConformance(kit, store);

    test("close is idempotent, and what was written is there when the store is opened again", async () => {
      const notes = { name: "reopened", indexes: ["colour"] };
      await store()
        .collection(notes)
        .insert([{ key: "a", at: 5, fields: { colour: "red" }, value: { n: 1 } }]);
      await store().lanes.append("reopened", [{ row: "r", value: "v" }], { dueAt: 3, attempts: 2 });
      await current.close();
      await reopen();
      const rows = await store()
        .collection(notes)
        .query({ where: { colour: "red" }, limit: 9 });
      expect(rows).toEqual([{ key: "a", at: 5, fields: { colour: "red" }, value: { n: 1 }, version: 1 }]);
      const due = await store().lanes.due("reopened", 3, { rows: 9, entriesPerRow: 9 });
      expect(due).toMatchObject([{ row: "r", dueAt: 3, attempts: 2, entries: [{ value: "v" }] }]);
    });

    test("kill -9 in the middle of writes: every acknowledged row and entry is there", async ({ skip }) => {
      const { writer } = fixture;
      if (typeof writer === "string") return skip(writer);
      await current.close();
      const child = writer();
      await child.line((_, index) => index === 60);
      await child.kill();
      current = fixture.create();
      await current.open();
      const acknowledged = child.lines.filter((line) => /^\d+$/.test(line));
      const rows = await store().collection({ name: "crash", indexes: [] }).query({ limit: 100_000 });
      const keys = new Set(rows.map(({ key }) => key));
      expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
      const [row] = await store().lanes.due("crash", Infinity, { rows: 1, entriesPerRow: 100_000 });
      const values = row?.entries.map(({ value }) => value) ?? [];
      expect(values.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    });
  });
}
