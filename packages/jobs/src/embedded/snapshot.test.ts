import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@signalbox/core";
import { PGlite } from "@electric-sql/pglite";
import { Pool, type PoolClient } from "pg";
import { expect, test } from "vitest";
import { migrations } from "../sql/migrations.ts";
import { migrate } from "../sql/migrator.ts";
import { type EmbeddedDatabase, openEmbedded } from "./embedded-database.ts";

const names = { store: "signalbox", queue: "signalbox_queue" };

test("the snapshot is what the migrations make: run `pnpm --filter @signalbox/jobs snapshot` if this fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-snapshot-"));
  // Made by PGlite itself: the folder is there, so nothing is unpacked.
  await mkdir(join(folder, "fresh"));
  await (await PGlite.create({ dataDir: join(folder, "fresh", "store") })).close();
  const fresh = await catalogOf(join(folder, "fresh"), (client) => migrate(client, names, migrations));
  const unpacked = await catalogOf(join(folder, "unpacked"), async () => undefined);
  expect(unpacked).toEqual(fresh);
  expect(unpacked.length).toBeGreaterThan(100);
  await rm(folder, { recursive: true });
}, 120_000);

/** Everything that makes a database behave: columns, indexes, functions, constraints, versions. */
async function catalogOf(path: string, prepare: (client: PoolClient) => Promise<void>): Promise<readonly unknown[]> {
  const database: EmbeddedDatabase = await openEmbedded({
    path,
    clock: systemClock,
    log: silentLogger,
    vacuumTables: [],
  });
  const pool = new Pool(database.access);
  const client = await pool.connect();
  await prepare(client);
  const { rows } = await client.query<{ fact: string }>(`
    WITH own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('signalbox', 'signalbox_queue'))
    SELECT 'server ' || version() AS fact
    UNION ALL SELECT 'column ' || nspname || '.' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
      || ' ' || attnotnull || ' ' || attidentity::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      JOIN own ON own.oid = relnamespace WHERE attnum > 0
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes JOIN own ON nspname = schemaname
    UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN own ON own.oid = pronamespace
    UNION ALL SELECT 'constraint ' || pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN own ON own.oid = connamespace
    UNION ALL SELECT 'store at ' || max(version) FROM signalbox.migration
    UNION ALL SELECT 'queue at ' || max(version) FROM signalbox_queue.migration
    ORDER BY 1`);
  client.release();
  await pool.end();
  await database.close();
  return rows.map(({ fact }) => fact);
}
