import { type Collection, type CollectionDefinition, SignalboxError, type Store } from "@signalbox/core";
import { checkDefinition } from "../fields.ts";
import type { Shared } from "../shared.ts";
import { sentenceOf, type Weakness } from "../weakness.ts";
import { createSqlCollection } from "./sql-collection.ts";
import { createSqlLanes, forgetWriters } from "./sql-lanes.ts";
import type { SqlLink } from "./sql-link.ts";

export interface SqlStoreOptions {
  readonly kind: "postgres" | "embedded";
  readonly link: Shared<SqlLink>;
  /** What weakens durability on this database, found with `query`. */
  readonly weaknesses: (query: SqlLink["query"]) => Promise<readonly Weakness[]>;
}

/** The store in a PostgreSQL, a server or the embedded one. */
export function createSqlStore({ kind, link, weaknesses }: SqlStoreOptions): Store {
  const collections = new Map<string, unknown>();
  let held: SqlLink | undefined;

  function open(): SqlLink {
    if (held === undefined) throw new SignalboxError("STORE_NOT_OPEN", "the store is not open");
    return held;
  }

  async function close(): Promise<void> {
    if (held === undefined) return;
    held = undefined;
    await link.release();
  }

  return {
    kind,
    async open(signal) {
      if (held !== undefined) return;
      held = await link.acquire(signal);
      try {
        await forgetWriters(held);
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
    durabilityWarnings: async () => (await weaknesses(open().query)).map(sentenceOf),
    lanes: createSqlLanes(open),
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const known = collections.get(definition.name) as Collection<T> | undefined;
      if (known !== undefined) return known;
      checkDefinition(definition);
      const collection = createSqlCollection<T>(definition, open);
      collections.set(definition.name, collection);
      return collection;
    },
  };
}
