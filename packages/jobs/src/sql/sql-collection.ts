import type { Collection, CollectionDefinition, NewRow, Query, Row, RowReplacement } from "@signalbox/core";
import { checkFields, checkKeys } from "../fields.ts";
import { toJson } from "../json.ts";
import { insertSql, keepSql, putSql, replaceSql } from "./collection-sql.ts";
import { createSlots, type Slots } from "./slots.ts";
import type { SqlLink } from "./sql-link.ts";
import { fromSqlText, toSqlText } from "./text.ts";

// A collection in SQL: one table for all of them, whose columns f0, f1 ... hold a collection's indexed fields (slots.ts).
// Not here: the tables (migrations.ts), the longer statements (collection-sql.ts).

type Fields = Readonly<Record<string, string>>;

interface FoundRow {
  readonly key: string;
  readonly at: number;
  readonly version: string;
  readonly value: string;
  readonly [slot: `f${number}`]: string | null;
}

/** A collection in SQL; `link` throws while the store is not open. */
export function createSqlCollection<T>(definition: CollectionDefinition, link: () => SqlLink): Collection<T> {
  const rows = new SqlRows<T>(definition, link);
  return {
    insert: async (added) => (added.length === 0 ? [] : rows.insert(added)),
    get: async (key) => (await rows.getMany([key]))[0],
    getMany: async (keys) => (keys.length === 0 ? [] : rows.getMany(keys)),
    replace: async (key, version, change) => (await rows.replaceMany([{ key, version, ...change }]))[0] === true,
    replaceMany: async (changes) => (changes.length === 0 ? [] : rows.replaceMany(changes)),
    put: async (put) => (put.length === 0 ? undefined : rows.put(put)),
    remove: async (keys) => (keys.length === 0 ? 0 : rows.remove(keys)),
    query: (query) => rows.query(query),
    count: (where) => rows.count(where),
    prune: (limit) => rows.prune(limit),
  };
}

class SqlRows<T> {
  readonly #definition: CollectionDefinition;
  readonly #link: () => SqlLink;
  readonly #slots: () => Promise<Slots>;

  constructor(definition: CollectionDefinition, link: () => SqlLink) {
    this.#definition = definition;
    this.#link = link;
    this.#slots = createSlots(definition, link);
  }

  async insert(rows: readonly NewRow<T>[]): Promise<boolean[]> {
    const { columns, values } = await this.#columnsOf(rows);
    const found = await this.#run<{ key: string }>(insertSql(this.#table, columns), values);
    const added = new Set(found.rows.map(({ key }) => key));
    // Of several with one key the first counts.
    return rows.map(({ key }) => added.delete(toSqlText(key)));
  }

  async getMany(keys: readonly string[]): Promise<(Row<T> | undefined)[]> {
    const sql = `SELECT * FROM ${this.#table} WHERE collection = $1 AND key = ANY($2::text[])`;
    const { rows } = await this.#run<FoundRow>(sql, [this.#definition.name, keys.map(toSqlText)]);
    const slots = await this.#slots();
    const found = new Map(rows.map((row) => [row.key, toRow<T>(row, slots)]));
    return keys.map((key) => found.get(toSqlText(key)));
  }

  async replaceMany(changes: readonly RowReplacement<T>[]): Promise<boolean[]> {
    for (const { fields = {} } of changes) checkFields(this.#definition, fields);
    const { name, indexes } = this.#definition;
    const slots = await this.#slots();
    const columns = indexes.map((field) => slots.get(field) ?? "");
    const perColumn = indexes.map((field) => changes.map(({ fields }) => toOptionalText(fields?.[field])));
    const keys = changes.map(({ key }) => toSqlText(key));
    const [versions, texts] = [changes.map(({ version }) => version), changes.map(({ value }) => toJson(value))];
    const sql = replaceSql(this.#table, columns);
    const found = await this.#run<{ key: string }>(sql, [name, keys, versions, texts, ...perColumn]);
    const replaced = new Set(found.rows.map(({ key }) => key));
    return keys.map((key) => replaced.has(key));
  }

  async put(rows: readonly NewRow<T>[]): Promise<void> {
    const { columns, values } = await this.#columnsOf(rows);
    await this.#run(putSql(this.#table, columns), values);
  }

  async remove(keys: readonly string[]): Promise<number> {
    const sql = `DELETE FROM ${this.#table} WHERE collection = $1 AND key = ANY($2::text[])`;
    return (await this.#run(sql, [this.#definition.name, keys.map(toSqlText)])).rowCount ?? 0;
  }

  async query({ where = {}, from, to, newestFirst, limit, after }: Query): Promise<Row<T>[]> {
    const values: unknown[] = [this.#definition.name];
    const conditions = ["collection = $1", ...(await this.#equations(where, values))];
    const [direction, sign] = newestFirst === true ? ["DESC", "<"] : ["ASC", ">"];
    if (from !== undefined) conditions.push(`at >= $${values.push(from)}`);
    if (to !== undefined) conditions.push(`at < $${values.push(to)}`);
    if (after !== undefined) {
      conditions.push(`(at, key) ${sign} ($${values.push(after.at)}, $${values.push(toSqlText(after.key))})`);
    }
    const order = `ORDER BY at ${direction}, key ${direction} LIMIT $${values.push(limit)}`;
    const sql = `SELECT * FROM ${this.#table} WHERE ${conditions.join(" AND ")} ${order}`;
    const { rows } = await this.#run<FoundRow>(sql, values);
    const slots = await this.#slots();
    return rows.map((row) => toRow<T>(row, slots));
  }

  async count(where: Fields = {}): Promise<number> {
    const values: unknown[] = [this.#definition.name];
    const conditions = ["collection = $1", ...(await this.#equations(where, values))];
    const sql = `SELECT count(*) AS count FROM ${this.#table} WHERE ${conditions.join(" AND ")}`;
    return Number((await this.#run<{ count: string }>(sql, values)).rows[0]?.count);
  }

  async prune({ before, keep }: { before?: number; keep?: number }): Promise<number> {
    const { name } = this.#definition;
    let removed = 0;
    if (before !== undefined) {
      const sql = `DELETE FROM ${this.#table} WHERE collection = $1 AND at < $2`;
      removed += (await this.#run(sql, [name, before])).rowCount ?? 0;
    }
    if (keep !== undefined) removed += (await this.#run(keepSql(this.#table), [name, keep])).rowCount ?? 0;
    return removed;
  }

  get #table(): string {
    return `${this.#link().names.store}.collection_row`;
  }

  async #run<R extends object>(sql: string, values: readonly unknown[]): Promise<SqlResult<R>> {
    return this.#link().query<R>(sql, values);
  }

  /** The columns of the indexed fields, and a statement's values: the name, then a list for each column. */
  async #columnsOf(rows: readonly NewRow<T>[]): Promise<{ columns: readonly string[]; values: readonly unknown[] }> {
    for (const row of rows) this.#check(row);
    const { name, indexes } = this.#definition;
    const slots = await this.#slots();
    const columns = indexes.map((field) => slots.get(field) ?? "");
    const perColumn = indexes.map((field) => rows.map(({ fields }) => toOptionalText(fields[field])));
    const keys = rows.map(({ key }) => toSqlText(key));
    const values = [name, keys, rows.map(({ at }) => at), rows.map(({ value }) => toJson(value)), ...perColumn];
    return { columns, values };
  }

  #check({ key, fields }: NewRow<T>): void {
    checkKeys(key);
    checkFields(this.#definition, fields);
  }

  /** `column = $n` for every field, adding their texts to `values`. */
  async #equations(fields: Fields, values: unknown[]): Promise<string[]> {
    checkFields(this.#definition, fields);
    const slots = await this.#slots();
    return Object.entries(fields).map(([field, text]) => `${slots.get(field)} = $${values.push(toSqlText(text))}`);
  }
}

interface SqlResult<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

function toRow<T>(found: FoundRow, slots: Slots): Row<T> {
  const fields: Record<string, string> = {};
  for (const [field, slot] of slots) {
    const text = found[slot as `f${number}`];
    if (typeof text === "string") fields[field] = fromSqlText(text);
  }
  const { key, at, version, value } = found;
  return { key: fromSqlText(key), at, fields, version: Number(version), value: JSON.parse(value) as T };
}

function toOptionalText(text: string | undefined): string | null {
  return text === undefined ? null : toSqlText(text);
}
