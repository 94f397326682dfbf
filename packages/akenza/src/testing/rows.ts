import type { Collection, NewRow, Query, Row, Store } from "@signalbox/core";

/** A store of collections that outlives the processes of a test. Lanes are not there. */
export interface TestRows {
  /** What is in the collection of watermarks, by key. */
  readonly rows: ReadonlyMap<string, NewRow<unknown>>;
  /** Resolves once `condition` holds; looked at after each change. */
  until(condition: () => boolean): Promise<void>;
  /** The store as one process sees it: after `die` nothing it writes arrives; `fail` makes every call reject. */
  process(): { readonly store: Store; die(): void; fail(isFailing: boolean): void };
}

export function createRows(): TestRows {
  const rows = new Map<string, NewRow<unknown>>();
  const waiters = new Set<() => void>();
  const changed = (): void => waiters.forEach((look) => look());

  function collectionOf(pass: () => Promise<boolean>): Partial<Collection<unknown>> {
    return {
      async put(list) {
        if (!(await pass())) return;
        for (const row of list) rows.set(row.key, structuredClone(row));
        changed();
      },
      async remove(keys) {
        if (!(await pass())) return 0;
        const count = keys.filter((key) => rows.delete(key)).length;
        changed();
        return count;
      },
      async query(query) {
        await pass();
        return found(query);
      },
    };
  }

  function found({ where = {}, limit, after }: Query): readonly Row<unknown>[] {
    return [...rows.values()]
      .filter((row) => Object.entries(where).every(([name, value]) => row.fields[name] === value))
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
      .filter((row) => after === undefined || row.at > after.at || (row.at === after.at && row.key > after.key))
      .slice(0, limit)
      .map((row) => ({ ...structuredClone(row), version: 1 }));
  }

  return {
    rows,
    until(condition) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      });
    },
    process() {
      let isDead = false;
      let isFailing = false;
      const pass = async (): Promise<boolean> => {
        await Promise.resolve();
        if (isFailing) throw new Error("the store is away");
        return !isDead;
      };
      const store = { kind: "memory", collection: () => collectionOf(pass) } as unknown as Store;
      return { store, die: () => (isDead = true), fail: (to) => (isFailing = to) };
    },
  };
}
