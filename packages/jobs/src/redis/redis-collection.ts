import type { Collection, CollectionDefinition, NewRow, Row, RowReplacement } from "@signalbox/core";
import { checkFields, checkKeys } from "../fields.ts";
import { fieldsToJson, toJson } from "../json.ts";
import { countRows, insertRows, pruneRows, putRows, queryRows, removeRows, replaceRows } from "./collection-scripts.ts";
import type { RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";
import { type Argument, type Script, scriptRunner } from "./script.ts";

/** Redis serves nobody else while a script runs: long work goes in portions of this many rows. */
const portion = 500;

/** A collection in Redis; `client` throws while the store is not open. */
export function createRedisCollection<T>(
  definition: CollectionDefinition,
  client: () => RedisClient,
  base: string,
): Collection<T> {
  const { name } = definition;
  const run = (script: Script, ...args: Argument[]): Promise<unknown> =>
    scriptRunner(client(), base)(script, name, ...args);

  const toArguments = (row: NewRow<T>): Argument[] => argumentsOf(definition, row);
  const toChange = (change: RowReplacement<T>): Argument[] => changeOf(definition, change);

  async function getMany(keys: readonly string[]): Promise<(Row<T> | undefined)[]> {
    if (keys.length === 0) return [];
    const texts = await client()
      .hmget(`${base}rows:${name}`, ...keys)
      .catch(fail);
    return texts.map((text, index) => (text === null ? undefined : toRow<T>(keys[index] ?? "", text)));
  }

  async function replaceMany(changes: readonly RowReplacement<T>[]): Promise<boolean[]> {
    return changes.length === 0 ? [] : areDone(await run(replaceRows, ...changes.flatMap(toChange)));
  }

  return {
    getMany,
    replaceMany,
    get: async (key) => (await getMany([key]))[0],
    replace: async (key, version, change) => (await replaceMany([{ key, version, ...change }]))[0] === true,
    async insert(rows) {
      return rows.length === 0 ? [] : areDone(await run(insertRows, ...rows.flatMap(toArguments)));
    },
    async put(rows) {
      if (rows.length > 0) await run(putRows, ...rows.flatMap(toArguments));
    },
    async remove(keys) {
      return keys.length === 0 ? 0 : ((await run(removeRows, ...keys)) as number);
    },
    async query({ where = {}, from = "", to = "", newestFirst = false, limit, after }) {
      checkFields(definition, where);
      const bounds = [from, to, newestFirst ? 1 : 0, limit, after?.at ?? "", after?.key ?? ""];
      const found = (await run(queryRows, fieldsToJson(where), ...bounds)) as string[];
      return toRows<T>(found);
    },
    async count(where = {}) {
      checkFields(definition, where);
      return (await run(countRows, fieldsToJson(where))) as number;
    },
    async prune({ before = "", keep = "" }) {
      let removed = 0;
      for (let last = portion; last === portion; removed += last) {
        last = (await run(pruneRows, before, keep, portion)) as number;
      }
      return removed;
    },
  };
}

function argumentsOf<T>(definition: CollectionDefinition, { key, at, fields, value }: NewRow<T>): Argument[] {
  checkKeys(key);
  checkFields(definition, fields);
  return [key, at, fieldsToJson(fields), toJson(value)];
}

function changeOf<T>(definition: CollectionDefinition, change: RowReplacement<T>): Argument[] {
  const { key, version, fields = {}, value } = change;
  checkFields(definition, fields);
  return [key, version, fieldsToJson(fields), toJson(value)];
}

/** Scripts answer 1 for each row they added or changed, 0 for the others. */
function areDone(answers: unknown): boolean[] {
  return (answers as number[]).map((each) => each === 1);
}

function fail(error: unknown): never {
  throw toStoreError(error);
}

/** Reads "VERSION AT FIELDS\nVALUE". */
function toRow<T>(key: string, text: string): Row<T> {
  const end = text.indexOf("\n");
  const [version = "", at = ""] = text.slice(0, end).split(" ", 2);
  const fields = JSON.parse(text.slice(version.length + at.length + 2, end)) as Record<string, string>;
  return { key, at: Number(at), fields, version: Number(version), value: JSON.parse(text.slice(end + 1)) as T };
}

function toRows<T>(found: readonly string[]): Row<T>[] {
  const rows: Row<T>[] = [];
  for (let i = 0; i + 1 < found.length; i += 2) rows.push(toRow<T>(found[i] ?? "", found[i + 1] ?? ""));
  return rows;
}
