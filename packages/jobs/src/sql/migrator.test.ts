import { silentLogger, systemClock } from "@signalbox/core";
import { missingServer, startPostgres, type TestServer } from "@signalbox/core/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Migration, migrations } from "./migrations.ts";
import { type SqlAccess, sqlLink } from "./sql-link.ts";
import { serverWeaknesses } from "./sql-durability.ts";
import { createSqlStore } from "./sql-store.ts";

const notes = { name: "notes", indexes: ["state"] };

describe.skipIf(missingServer("postgres") !== undefined)("the store's tables in PostgreSQL", () => {
  let server: TestServer;
  let pool: Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: server.url });
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  function linkOf(schema: string, list: readonly Migration[], url = server.url): ReturnType<typeof sqlLink> {
    const access = async (): Promise<SqlAccess> => ({
      config: { connectionString: url },
      close: async () => undefined,
    });
    const context = { clock: systemClock, log: silentLogger, place: "PostgreSQL" };
    return sqlLink({ access, schema, migrations: list, ...context });
  }

  function storeOf(...schema: Parameters<typeof linkOf>): ReturnType<typeof createSqlStore> {
    return createSqlStore({ kind: "postgres", link: linkOf(...schema), weaknesses: serverWeaknesses });
  }

  test("tables of the first version are brought up to date, step by step and once, and keep their rows", async () => {
    const old = linkOf("old", migrations.slice(0, 1));
    await old.acquire();
    await old.release();
    await pool.query(`INSERT INTO old.collection (name, slots) VALUES ('notes', '{state}');
      INSERT INTO old.collection_row (collection, key, at, version, value, f0) VALUES ('notes', 'a', 1, 1, '"kept"', 'x');
      INSERT INTO old.lane_row (lane, row_key, due_at, attempts, entries, bytes) VALUES ('l', 'r', 1, 0, 1, 4);
      INSERT INTO old.lane_entry (lane, row_key, value) VALUES ('l', 'r', 'kept')`);
    const next = migrations.length + 1;
    const later: Migration[] = [
      { version: next, sql: ({ store }) => `ALTER TABLE ${store}.lane_row ADD COLUMN note text DEFAULT 'new'` },
      { version: next + 1, sql: ({ store }) => `UPDATE ${store}.lane_row SET note = note || '!'` },
    ];
    for (let start = 0; start < 2; start++) {
      const store = storeOf("old", [...migrations, ...later]);
      await store.open();
      expect(await store.collection(notes).query({ where: { state: "x" }, limit: 1 })).toMatchObject([
        { value: "kept" },
      ]);
      const due = await store.lanes.due("l", 1, { rows: 1, entriesPerRow: 1 });
      expect(due).toMatchObject([{ row: "r", entries: [{ value: "kept" }] }]);
      await store.close();
    }
    expect((await pool.query("SELECT note FROM old.lane_row")).rows).toEqual([{ note: "new!" }]);
    const versions = (await pool.query("SELECT version FROM old.migration ORDER BY 1")).rows as { version: number }[];
    expect(versions.map(({ version }) => version)).toEqual([...migrations, ...later].map(({ version }) => version));
  });

  test("a step that fails leaves the tables as they were", async () => {
    await storeOf("half", migrations).open();
    const broken: Migration = {
      version: migrations.length + 1,
      sql: ({ store }) => `DROP TABLE ${store}.lane_row CASCADE; SELECT 1 / 0`,
    };
    await expect(storeOf("half", [...migrations, broken]).open()).rejects.toMatchObject({
      code: "STORE_REQUEST_REFUSED",
    });
    const store = storeOf("half", migrations);
    await store.open();
    expect(await store.lanes.rows("l")).toEqual([]);
    await store.close();
  });

  test("tables of a newer version are refused", async () => {
    await storeOf("newer", migrations).open();
    await pool.query("INSERT INTO newer.migration (version) VALUES (99)");
    const refusal = { code: "STORE_VERSION_NEWER", message: expect.stringContaining("of version 99") as string };
    await expect(storeOf("newer", migrations).open()).rejects.toMatchObject(refusal);
  });

  test("of engines that start together each finds the tables made", async () => {
    const stores = Array.from({ length: 5 }, () => storeOf("together", migrations));
    await Promise.all(stores.map((store) => store.open()));
    expect((await pool.query("SELECT count(*)::int AS n FROM together.migration")).rows).toEqual([
      { n: migrations.length },
    ]);
    await Promise.all(stores.map((store) => store.close()));
  });

  test("a user without the right to make schemas can use tables that are there", async () => {
    const owner = storeOf("shared", migrations);
    await owner.open();
    await owner.close();
    await pool.query(`CREATE ROLE plain LOGIN; REVOKE CREATE ON DATABASE postgres FROM PUBLIC;
      GRANT USAGE ON SCHEMA shared, shared_queue TO plain;
      GRANT ALL ON ALL TABLES IN SCHEMA shared, shared_queue TO plain;`);
    const url = server.url.replace("signalbox@", "plain@");
    const store = storeOf("shared", migrations, url);
    await store.open();
    expect(await store.collection(notes).insert([{ key: "a", at: 1, fields: {}, value: 1 }])).toEqual([true]);
    await store.close();
    await expect(storeOf("own", migrations, url).open()).rejects.toMatchObject({ code: "STORE_REQUEST_REFUSED" });
  });

  test("a field keeps its column when a later version indexes other fields", async () => {
    const first = storeOf("slots", migrations);
    await first.open();
    await first
      .collection({ name: "c", indexes: ["a", "b"] })
      .insert([{ key: "k", at: 1, fields: { a: "1", b: "2" }, value: 0 }]);
    await first.close();
    const second = storeOf("slots", migrations);
    await second.open();
    const rows = second.collection({ name: "c", indexes: ["c", "b"] });
    await rows.insert([{ key: "l", at: 2, fields: { c: "3", b: "2" }, value: 0 }]);
    expect((await rows.query({ where: { b: "2" }, limit: 9 })).map(({ fields }) => fields)).toEqual([
      { a: "1", b: "2" },
      { b: "2", c: "3" },
    ]);
    await second.close();
  });

  test("settings with which PostgreSQL may lose what it acknowledged are told", async () => {
    await pool.query("ALTER SYSTEM SET fsync = off");
    await pool.query("ALTER SYSTEM SET synchronous_commit = off");
    await pool.query("SELECT pg_reload_conf()");
    await pool.end();
    await server.restart();
    pool = new Pool({ connectionString: server.url });
    const store = storeOf("warned", migrations);
    await store.open();
    expect(await store.durabilityWarnings()).toEqual([
      expect.stringContaining("fsync off"),
      expect.stringContaining("synchronous_commit off"),
    ]);
    await store.close();
  });
});
