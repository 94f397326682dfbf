import type { DueRow, LaneEntry, Lanes } from "@signalbox/core";
import { checkKeys } from "../fields.ts";
import type { SqlLink } from "./sql-link.ts";
import { fromSqlText, toSqlText } from "./text.ts";

interface FoundEntry {
  readonly row_key: string;
  readonly due_at: number;
  readonly attempts: number;
  readonly seq: string | null;
  readonly value: string | null;
}

interface FoundLane {
  readonly lane: string;
  readonly rows: string;
  readonly entries: string;
  readonly bytes: string;
}

/** Lanes in SQL; `link` throws while the store is not open. */
export function createSqlLanes(link: () => SqlLink): Lanes {
  return {
    async append(lane, entries, { dueAt, attempts }, token) {
      if (entries.length === 0) return;
      checkKeys(lane, ...entries.map(({ row }) => row));
      const rows = entries.map(({ row }) => toSqlText(row));
      const values = entries.map(({ value }) => toSqlText(value));
      const place = [toSqlText(lane), dueAt, attempts];
      await link().query(appendSql(link().names.store), [...place, rows, values, token?.writer, token?.number]);
    },
    async due(lane, now, { rows, entriesPerRow }) {
      const sql = dueSql(link().names.store);
      const found = await link().query<FoundEntry>(sql, [toSqlText(lane), now, rows, entriesPerRow]);
      return toDueRows(found.rows);
    },
    async remove(lane, row, seqs, { dueAt, attempts }) {
      const sql = `SELECT ${link().names.store}.lane_remove($1, $2, $3, $4, $5) AS left`;
      const values = [toSqlText(lane), toSqlText(row), seqs, dueAt, attempts];
      const found = await link().query<{ left: string }>(sql, values);
      return Number(found.rows[0]?.left);
    },
    async defer(lane, row, { dueAt, attempts }) {
      const sql = `UPDATE ${link().names.store}.lane_row SET due_at = $3, attempts = $4 WHERE lane = $1 AND row_key = $2`;
      await link().query(sql, [toSqlText(lane), toSqlText(row), dueAt, attempts]);
    },
    async nextDue(lane) {
      const sql = `SELECT min(due_at) AS at FROM ${link().names.store}.lane_row WHERE lane = $1`;
      const found = await link().query<{ at: number | null }>(sql, [toSqlText(lane)]);
      return found.rows[0]?.at ?? undefined;
    },
    async rows(lane) {
      const sql = `SELECT row_key FROM ${link().names.store}.lane_row WHERE lane = $1`;
      const found = await link().query<{ row_key: string }>(sql, [toSqlText(lane)]);
      return found.rows.map(({ row_key }) => fromSqlText(row_key));
    },
    async list(prefix) {
      const sql = `SELECT lane, count(*) AS rows, sum(entries) AS entries, sum(bytes) AS bytes FROM ${link().names.store}.lane_row
        WHERE lane >= $1 AND starts_with(lane, $1) GROUP BY lane`;
      const found = await link().query<FoundLane>(sql, [toSqlText(prefix)]);
      return found.rows.map(({ lane, rows, entries, bytes }) => {
        return { lane: fromSqlText(lane), entries: Number(entries), rows: Number(rows), bytes: Number(bytes) };
      });
    },
  };
}

/** Removes what is known of writers that have not written for a day: each start of an engine makes new ones. */
export async function forgetWriters(link: SqlLink): Promise<void> {
  await link.query(`DELETE FROM ${link.names.store}.lane_writer WHERE at < now() - interval '1 day'`, []);
}

/** lane, due at, attempts, row of each entry, value of each entry, writer or null, number of the append. */
const appendSql = (schema: string): string => `
WITH named AS (
  INSERT INTO ${schema}.lane_writer AS w (lane, writer, number) SELECT $1, $6, $7 WHERE $6::text IS NOT NULL
  ON CONFLICT (lane, writer) DO UPDATE SET number = excluded.number, at = excluded.at WHERE w.number < excluded.number
  RETURNING number
), input AS (
  SELECT * FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS t(row_key, value, n)
   WHERE $6::text IS NULL OR EXISTS (SELECT FROM named)
), touched AS (
  INSERT INTO ${schema}.lane_row AS r (lane, row_key, due_at, attempts, entries, bytes)
  SELECT $1, row_key, $2, $3, count(*), sum(octet_length(value)) FROM input GROUP BY row_key ORDER BY row_key
  ON CONFLICT (lane, row_key) DO UPDATE SET entries = r.entries + excluded.entries, bytes = r.bytes + excluded.bytes
)
INSERT INTO ${schema}.lane_entry (lane, row_key, value) SELECT $1, row_key, value FROM input ORDER BY n`;

/** lane, now, rows, entries per row. */
const dueSql = (schema: string): string => `
SELECT r.row_key, r.due_at, r.attempts, e.seq, e.value
  FROM (
    SELECT row_key, due_at, attempts FROM ${schema}.lane_row
     WHERE lane = $1 AND due_at <= $2 ORDER BY due_at, row_key LIMIT $3
  ) r
  LEFT JOIN LATERAL (
    SELECT seq, value FROM ${schema}.lane_entry WHERE lane = $1 AND row_key = r.row_key ORDER BY seq LIMIT $4
  ) e ON true
 ORDER BY r.due_at, r.row_key, e.seq`;

function toDueRows(found: readonly FoundEntry[]): DueRow[] {
  const rows: DueRow[] = [];
  let entries: LaneEntry[] = [];
  let last: string | undefined;
  for (const { row_key, due_at, attempts, seq, value } of found) {
    if (row_key !== last) {
      entries = [];
      rows.push({ row: fromSqlText(row_key), dueAt: due_at, attempts, entries });
      last = row_key;
    }
    if (seq !== null && value !== null) entries.push({ seq: Number(seq), value: fromSqlText(value) });
  }
  return rows;
}
