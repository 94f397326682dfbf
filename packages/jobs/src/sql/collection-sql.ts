/** Values: collection, keys, times, values, then an array for each of `columns`. Answers the keys that were new. */
export function insertSql(table: string, columns: readonly string[]): string {
  return `${addSql(table, columns)} ON CONFLICT (collection, key) DO NOTHING RETURNING key`;
}

/** Values: as of insertSql; `columns` are those of all indexed fields. */
export function putSql(table: string, columns: readonly string[]): string {
  const changes = columns.map((column) => `, ${column} = excluded.${column}`).join("");
  return `${addSql(table, columns)} ON CONFLICT (collection, key)
    DO UPDATE SET at = excluded.at, version = r.version + 1, value = excluded.value${changes}`;
}

/**
 * Values: collection, keys, versions, values, then an array for each of `columns`, null where a row keeps what it has.
 * Answers the keys of the rows that were changed.
 */
export function replaceSql(table: string, columns: readonly string[]): string {
  const list = columns.map((column) => `, ${column}`).join("");
  const arrays = columns.map((_, i) => `, $${i + 5}::text[]`).join("");
  const changes = columns.map((column) => `, ${column} = coalesce(c.${column}, r.${column})`).join("");
  return `UPDATE ${table} AS r SET version = r.version + 1, value = c.value${changes}
    FROM unnest($2::text[], $3::int8[], $4::text[]${arrays}) AS c(key, version, value${list})
    WHERE r.collection = $1 AND r.key = c.key AND r.version = c.version RETURNING r.key`;
}

/** Of several rows with one key the first counts: no statement may touch a row twice. */
function addSql(table: string, columns: readonly string[]): string {
  const list = columns.map((column) => `, ${column}`).join("");
  const arrays = columns.map((_, i) => `, $${i + 5}::text[]`).join("");
  return `INSERT INTO ${table} AS r (collection, key, at, version, value${list})
    SELECT $1, key, at, 1, value${list} FROM (
      SELECT DISTINCT ON (key) * FROM unnest($2::text[], $3::float8[], $4::text[]${arrays})
        WITH ORDINALITY AS t(key, at, value${list}, n) ORDER BY key, n
    ) AS firsts`;
}

/** Values: collection, how many of the newest to keep. */
export function keepSql(table: string): string {
  return `DELETE FROM ${table} WHERE collection = $1 AND (at, key) <= (
    SELECT at, key FROM ${table} WHERE collection = $1 ORDER BY at DESC, key DESC OFFSET $2 LIMIT 1)`;
}
