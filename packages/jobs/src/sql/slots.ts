import { type CollectionDefinition, SignalboxError } from "@signalbox/core";
import { slotNames } from "./migrations.ts";
import type { SqlLink } from "./sql-link.ts";

/** The column of each field a collection ever indexed. */
export type Slots = ReadonlyMap<string, string>;

/** Asks the database once; again after a failure. */
export function createSlots(definition: CollectionDefinition, link: () => SqlLink): () => Promise<Slots> {
  let slots: Promise<Slots> | undefined;
  return async () => {
    slots ??= claimSlots(link(), definition);
    try {
      return await slots;
    } catch (error) {
      slots = undefined;
      throw error;
    }
  };
}

/** Gives every field a column, for ever, and answers which. Engines that start together agree: the row is locked. */
async function claimSlots(link: SqlLink, { name, indexes }: CollectionDefinition): Promise<Slots> {
  const sql = `INSERT INTO ${link.names.store}.collection AS c (name, slots) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE
    SET slots = c.slots || ARRAY(SELECT f FROM unnest(excluded.slots) AS f WHERE f <> ALL (c.slots)) RETURNING slots`;
  const { rows } = await link.query<{ slots: string[] }>(sql, [name, indexes]);
  const fields = rows[0]?.slots ?? [];
  if (fields.length > slotNames.length) {
    const message = `collection "${name}" has had more than ${slotNames.length} indexes: ${fields.join(", ")}`;
    throw new SignalboxError("STORE_COLLECTION_INVALID", message);
  }
  return new Map(fields.map((field, i) => [field, slotNames[i] ?? ""]));
}
