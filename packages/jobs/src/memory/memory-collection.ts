import type { Collection, CollectionDefinition, NewRow, Query, Row, RowReplacement } from "@signalbox/core";
import { checkFields, checkKeys } from "../fields.ts";
import { toJson } from "../json.ts";
import { compareText } from "./compare-text.ts";
import { MemoryTable } from "./memory-table.ts";

/** A row as it is held: its value as JSON, so that nobody shares an object with the store. */
interface Held {
  readonly key: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly json: string;
  readonly version: number;
}

type Where = Readonly<Record<string, string>>;

/** A collection in this process's memory. */
export function createMemoryCollection<T>(definition: CollectionDefinition): Collection<T> {
  const rows = new MemoryTable<Held>();

  function hold({ key, at, fields, value }: NewRow<T>, version: number): Held {
    checkKeys(key);
    checkFields(definition, fields);
    return { key, at, fields: { ...fields }, json: toJson(value), version };
  }

  function put(row: NewRow<T>): void {
    rows.change(hold(row, (rows.get(row.key)?.version ?? 0) + 1));
  }

  function replace({ key, version, fields, value }: RowReplacement<T>): boolean {
    const old = rows.get(key);
    if (old === undefined || old.version !== version) return false;
    put({ key, at: old.at, fields: { ...old.fields, ...fields }, value });
    return true;
  }

  function query({ where = {}, from, to, newestFirst, limit, after }: Query): Row<T>[] {
    checkFields(definition, where);
    const matching = rows.matching(where);
    const found: Row<T>[] = [];
    for (let index = 0; index < matching.length && found.length < limit; index += 1) {
      const held = matching[newestFirst === true ? matching.length - 1 - index : index];
      if (held === undefined || (from !== undefined && held.at < from) || (to !== undefined && held.at >= to)) continue;
      if (after === undefined || isBehind(held, after, newestFirst === true)) found.push(toRow(held));
    }
    return found;
  }

  function count(where: Where = {}): number {
    checkFields(definition, where);
    return rows.matching(where).length;
  }

  function prune({ before = -Infinity, keep = Infinity }: { before?: number; keep?: number }): number {
    const all = rows.matching({});
    const firstKept = all.findIndex(({ at }) => at >= before);
    const old = firstKept === -1 ? all.length : firstKept;
    const gone = all.slice(0, Math.max(old, all.length - keep));
    return gone.filter(({ key }) => rows.drop(key)).length;
  }

  return {
    insert: async (added) => added.map((row) => hold(row, 1)).map((held) => rows.take(held)),
    get: async (key) => toOptionalRow<T>(rows.get(key)),
    getMany: async (keys) => keys.map((key) => toOptionalRow<T>(rows.get(key))),
    replace: async (key, version, change) => replace({ key, version, ...change }),
    replaceMany: async (changes) => changes.map(replace),
    put: async (added) => added.forEach(put),
    remove: async (keys) => keys.filter((key) => rows.drop(key)).length,
    query: async (asked) => query(asked),
    count: async (where) => count(where),
    prune: async (limit) => prune(limit),
  };
}

function isBehind(held: Held, after: { at: number; key: string }, isNewestFirst: boolean): boolean {
  const order = held.at - after.at || compareText(held.key, after.key);
  return isNewestFirst ? order < 0 : order > 0;
}

function toOptionalRow<T>(held: Held | undefined): Row<T> | undefined {
  return held === undefined ? undefined : toRow<T>(held);
}

function toRow<T>({ key, at, fields, json, version }: Held): Row<T> {
  return { key, at, fields: { ...fields }, version, value: JSON.parse(json) as T };
}
