import type { Collection, NewRow, Query, Row, Store } from "@signalbox/core";

/** A store of collections that outlives the processes of a test. Lanes are not there. */
export interface TestRows {
  /** What is in the collections, which have no key in common, by key. */
  readonly rows: ReadonlyMap<string, NewRow<unknown>>;
  /** Resolves once `condition` holds; looked at after each change. */
  until(condition: () => boolean): Promise<void>;
  /** The store as one process sees it: after `die` nothing it writes arrives; `fail` makes every call reject. */
  process(): { readonly store: Store; die(): void; fail(isFailing: boolean): void };
}

export function createRows(): TestRows {
  const rows = new Map<string, Row<unknown>>();
  const waiters = new Set<() => void>();
  const changed = (): void => waiters.forEach((look) => look());

  function collectionOf(pass: () => Promise<boolean>): Partial<Collection<unknown>> {
    return {
      async put(list) {
        if (!(await pass())) return;
        for (const row of list) put(row);
        changed();
      },
      async insert(list) {
        if (!(await pass())) return list.map(() => true);
        const isNew = list.map((row) => !rows.has(row.key));
        for (const [index, row] of list.entries()) if (isNew[index] === true) put(row);
        changed();
        return isNew;
      },
      async get(key) {
        await pass();
        return structuredClone(rows.get(key));
      },
      async replace(key, version, { fields, value }) {
        if (!(await pass())) return true;
        const row = rows.get(key);
        if (row?.version !== version) return false;
        put({ ...row, fields: { ...row.fields, ...fields }, value });
        changed();
        return true;
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

  function put(row: NewRow<unknown>): void {
    const version = (rows.get(row.key)?.version ?? 0) + 1;
    rows.set(row.key, { ...structuredClone(row), version });
  }

  function found({ where = {}, limit, after }: Query): readonly Row<unknown>[] {
    return [...rows.values()]
      .filter((row) => Object.entries(where).every(([name, value]) => row.fields[name] === value))
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
      .filter((row) => after === undefined || row.at > after.at || (row.at === after.at && row.key > after.key))
      .slice(0, limit)
      .map((row) => structuredClone(row));
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
