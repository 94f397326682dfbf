import { type CollectionDefinition, SignalboxError } from "@signalbox/core";

/** SQL keeps one column per indexed field, and the other stores hold to the same bound. */
export const mostIndexes = 8;

/** What PostgreSQL's indexes take, with room for two in one; in bytes of UTF-8. */
const longestKeyBytes = 1_000;

/** Throws STORE_KEY_TOO_LONG for a text that cannot be a key, an indexed field, a lane or a row. */
export function checkKeys(...texts: readonly string[]): void {
  for (const text of texts) {
    // A character is at most three bytes per UTF-16 unit: short ones need no counting.
    if (text.length * 3 <= longestKeyBytes || Buffer.byteLength(text) <= longestKeyBytes) continue;
    const start = text.slice(0, 40);
    throw new SignalboxError("STORE_KEY_TOO_LONG", `"${start}..." is longer than ${longestKeyBytes} bytes`);
  }
}

/** Throws STORE_COLLECTION_INVALID for a definition that no store takes. */
export function checkDefinition({ name, indexes }: CollectionDefinition): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) invalid(`collection "${name}" must be named in lower-case kebab case`);
  if (indexes.length > mostIndexes)
    invalid(`collection "${name}" has ${indexes.length} indexes, at most ${mostIndexes}`);
  const odd = indexes.find((field) => !/^[A-Za-z]\w*$/.test(field));
  if (odd !== undefined) invalid(`collection "${name}" has an index "${odd}", which is no identifier`);
  if (new Set(indexes).size !== indexes.length) invalid(`collection "${name}" names an index twice`);
}

/** Throws STORE_COLLECTION_INVALID when `fields` names one that the collection does not index. */
export function checkFields({ name, indexes }: CollectionDefinition, fields: Readonly<Record<string, string>>): void {
  for (const [field, value] of Object.entries(fields)) {
    if (!indexes.includes(field)) invalid(`collection "${name}" has no index "${field}"`);
    checkKeys(value);
  }
}

function invalid(message: string): never {
  throw new SignalboxError("STORE_COLLECTION_INVALID", message);
}
