import { type Collection, type CollectionDefinition, SignalboxError, type Store } from "@signalbox/core";
import { checkDefinition } from "../fields.ts";
import type { Shared } from "../shared.ts";
import { createSqlCollection } from "./sql-collection.ts";
import { createSqlLanes, forgetWriters } from "./sql-lanes.ts";
import type { SqlLink } from "./sql-link.ts";

export interface SqlStoreOptions {
  readonly kind: "postgres" | "embedded";
  readonly link: Shared<SqlLink>;
  /** What weakens durability on this database, found with `query`. */
  readonly warnings: (link: SqlLink) => Promise<readonly string[]>;
}

/** The store in a PostgreSQL, a server or the embedded one. */
export function createSqlStore({ kind, link, warnings }: SqlStoreOptions): Store {
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
    durabilityWarnings: async () => warnings(open()),
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

/** A server's settings with which PostgreSQL itself says that it may lose what it acknowledged. */
export async function serverWarnings(link: SqlLink): Promise<readonly string[]> {
  const sql = "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit";
  const [row] = (await link.query<{ fsync: string; commit: string }>(sql, [])).rows;
  const found: string[] = [];
  if (row?.fsync === "off") {
    found.push("PostgreSQL runs with fsync off: a power cut can destroy the whole database. Set `fsync = on`.");
  }
  if (row?.commit === "off") {
    found.push(
      "PostgreSQL runs with synchronous_commit off: what is parked or planned in the last moments before a crash is lost. Set `synchronous_commit = on`.",
    );
  }
  return found;
}
