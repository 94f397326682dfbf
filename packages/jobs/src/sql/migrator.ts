import { SignalboxError } from "@signalbox/core";
import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations, SchemaMigrationRequiredError } from "bullmq";
import type { PoolClient } from "pg";
import type { Migration, SchemaNames } from "./migrations.ts";

/**
 * Brings BullMQ's tables and the store's up to date, each in one transaction: of several engines that start together one does
 * it, and the others wait. `client` must be one connection. A store of a later version throws STORE_VERSION_NEWER.
 */
export async function migrate(client: PoolClient, names: SchemaNames, migrations: readonly Migration[]): Promise<void> {
  // Before the first look: PostgreSQL remembers, for a while, that a schema was not there.
  const lock = [`signalbox:migrate:${names.store}`];
  await client.query("SELECT pg_advisory_lock(hashtext($1))", lock);
  try {
    await migrateQueue(client, names.queue);
    await migrateStore(client, names, migrations);
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext($1))", lock);
  }
}

async function migrateStore(client: PoolClient, names: SchemaNames, migrations: readonly Migration[]): Promise<void> {
  const target = migrations.at(-1)?.version ?? 0;
  // Looking first spares a user without the right to create schemas from needing it for a schema that is there.
  const found = await storeVersion(client, names.store);
  if (found > target) throw newer(found, target);
  if (found === target) return;
  await client.query("BEGIN");
  try {
    await upgrade(client, names, { current: found, migrations });
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

interface Upgrade {
  readonly current: number;
  readonly migrations: readonly Migration[];
}

async function upgrade(client: PoolClient, names: SchemaNames, { current, migrations }: Upgrade): Promise<void> {
  if (current === 0) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${names.store};
      CREATE TABLE IF NOT EXISTS ${names.store}.migration (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`);
  }
  for (const migration of migrations.filter(({ version }) => version > current)) {
    await client.query(migration.sql(names));
    await client.query(`INSERT INTO ${names.store}.migration (version) VALUES ($1)`, [migration.version]);
  }
}

/** The version the store's tables are at; 0 when there are none. */
export async function storeVersion(client: Pick<PoolClient, "query">, schema: string): Promise<number> {
  const table = await client.query<{ name: string | null }>("SELECT to_regclass($1)::text AS name", [
    `${schema}.migration`,
  ]);
  if ((table.rows[0]?.name ?? null) === null) return 0;
  const result = await client.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${schema}.migration`,
  );
  return result.rows[0]?.version ?? 0;
}

async function migrateQueue(client: PoolClient, schema: string): Promise<void> {
  try {
    if ((await assertSchemaCompatibility(client, schema)) >= LATEST_SCHEMA_VERSION) return;
  } catch (error) {
    if (!(error instanceof SchemaMigrationRequiredError)) throw error;
  }
  await runMigrations(client, schema);
}

function newer(found: number, target: number): SignalboxError {
  const message = `the store's tables are of version ${found}, this Signalbox knows up to ${target}`;
  return new SignalboxError("STORE_VERSION_NEWER", message);
}
