// The sql sink on a real PostgreSQL: values, batches, what is rejected and what is tried again, outages.
// Not here: what the engine expects of every sink (conformance.test.ts).
import { missingServer, startPostgres, testMessage, type TestServer } from "@signalbox/core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PostgresConnection } from "./pool.ts";
import { postgresFrom, sqlFrom } from "./testing.ts";

const signal = new AbortController().signal;
const missing = missingServer("postgres");
const delivered = { status: "delivered" };

describe.skipIf(missing !== undefined)(
  `sql on PostgreSQL${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let server: TestServer;
    let db: PostgresConnection;
    beforeAll(async () => {
      server = await startPostgres();
      db = postgresFrom(`postgres: { url: "${server.url}" }`);
      await db.open?.(signal);
    });
    afterAll(async () => {
      await db.close?.();
      await server.stop();
    });
    beforeEach(() => db.runAll([plain("drop table if exists samples"), plain(table)], signal));

    const table =
      "create table samples (id int primary key check (id < 1000), body jsonb, label text, number real, flag boolean)";
    const plain = (text: string) => ({ text, params: [] });
    const rows = (columns = "id") => db.query(`select ${columns} from samples order by id`, [], signal);
    const insert = "sql: { connection: db, statement: 'insert into samples (id) values ($1)', params: [id] }";
    const messages = (...ids: readonly unknown[]) => ids.map((id) => testMessage({ id }));

    test("runs the statement per message, with its values as parameters", async () => {
      const sink = sqlFrom(
        `sql:
  connection: db
  statement: insert into samples values ($1, $2, $3, $4, $5)
  params: [id, data, $meta.device, data.n, data.ok]`,
        db,
      );
      const evil = "'); drop table samples; --";
      const data = { n: 1.5, ok: true, list: [1, "a"] };
      const batch = [
        testMessage({ id: 1, data }, { meta: { device: evil } }),
        testMessage({ id: 2, data: [1, 2] }),
        testMessage({ id: 3 }),
      ];
      expect(await sink.write(batch, signal)).toEqual([delivered, delivered, delivered]);
      expect(await rows("*")).toEqual([
        { id: 1, body: data, label: evil, number: 1.5, flag: true },
        { id: 2, body: [1, 2], label: null, number: null, flag: null },
        { id: 3, body: null, label: null, number: null, flag: null },
      ]);
    });

    test("a batch is one transaction", async () => {
      await sqlFrom(insert, db).write(messages(1, 2, 3), signal);
      expect(await db.query("select distinct xmin::text from samples", [], signal)).toHaveLength(1);
    });

    test("only the bad ones of a batch are rejected", async () => {
      const results = await sqlFrom(insert, db).write(messages(1, 1, "text", 2, 5000, 3), signal);
      const rejected = (state: string) => ({
        status: "rejected",
        cause: { code: "SQL_STATEMENT_REJECTED", message: expect.stringContaining(state) },
      });
      expect(results).toMatchObject([
        delivered,
        rejected("23505"),
        rejected("22P02"),
        delivered,
        rejected("23514"),
        delivered,
      ]);
      expect(await rows()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    });

    test("an expression that fails rejects its message alone", async () => {
      const yaml =
        "sql: { connection: db, statement: 'insert into samples (id) values ($1)', params: ['$number(id)'] }";
      const results = await sqlFrom(yaml, db).write(messages("1", "x", "3"), signal);
      expect(results).toMatchObject([
        delivered,
        { status: "rejected", cause: { code: "EXPRESSION_FAILED" } },
        delivered,
      ]);
      expect(await rows()).toEqual([{ id: 1 }, { id: 3 }]);
    });

    test("a constraint that is checked at the commit is found too", async () => {
      await db.runAll([plain("alter table samples add unique (number) deferrable initially deferred")], signal);
      const yaml =
        "sql: { connection: db, statement: 'insert into samples (id, number) values ($1, 7)', params: [id] }";
      const results = await sqlFrom(yaml, db).write(messages(1, 2), signal);
      expect(results).toMatchObject([delivered, { status: "rejected" }]);
      expect(await rows()).toEqual([{ id: 1 }]);
    });

    test("setup makes what the statement needs, also when several start at once", async () => {
      await db.runAll([plain("drop table samples")], signal);
      const yaml = `${insert.slice(0, -1)}, setup: ['create table if not exists samples (id int)', 'create index if not exists by_id on samples (id)'] }`;
      const sinks = [sqlFrom(yaml, db), sqlFrom(yaml, db), sqlFrom(yaml, db)];
      await Promise.all(sinks.map(async (sink) => sink.open?.(signal)));
      expect(await sinks[0]?.write(messages(1), signal)).toEqual([delivered]);
    });

    test("a setup that fails keeps the sink from opening", async () => {
      const yaml = `${insert.slice(0, -1)}, setup: ['create table'] }`;
      await expect(sqlFrom(yaml, db).open?.(signal)).rejects.toMatchObject({ code: "SQL_STATEMENT_REJECTED" });
    });

    test("a missing table rejects, a conflict with another transaction is tried again", async () => {
      const [result] = await sqlFrom(insert.replace("samples", "nowhere"), db).write(messages(1), signal);
      expect(result).toMatchObject({ status: "rejected", cause: { message: expect.stringContaining("42P01") } });
      const raise = (state: string) =>
        sqlFrom(
          `sql:\n  connection: db\n  statement: do $$ begin raise exception 'told to' using errcode = '${state}'; end $$`,
          db,
        );
      for (const state of ["40001", "40P01", "53300", "55P03", "57P03", "58030", "25006", "28000"]) {
        const [result] = await raise(state).write(messages(1), signal);
        expect(result).toMatchObject({ status: "retryable", cause: { code: "POSTGRES_UNAVAILABLE" } });
      }
      for (const state of ["22003", "23503", "42703", "0A000", "P0001", "08P01"]) {
        expect(await raise(state).write(messages(1), signal)).toMatchObject([{ status: "rejected" }]);
      }
    });

    test("an aborted write is over at once, tried again, and leaves the pool usable", async () => {
      const stop = new AbortController();
      const sleeping = sqlFrom("sql: { connection: db, statement: select pg_sleep(60) }", db).write(
        messages(1),
        stop.signal,
      );
      await isSleeping();
      stop.abort();
      expect(await sleeping).toMatchObject([{ status: "retryable" }]);
      expect(await sqlFrom(insert, db).write(messages(1), signal)).toEqual([delivered]);
      expect(await sqlFrom(insert, db).write(messages(2), AbortSignal.abort())).toMatchObject([
        { status: "retryable" },
      ]);
    });

    async function isSleeping(): Promise<void> {
      const asked = "select 1 from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'";
      while ((await db.query(asked, [], signal)).length === 0);
    }

    test("a server that goes away is tried again, and back without a new start", async () => {
      const sink = sqlFrom(insert, db);
      expect(await sink.write(messages(1), signal)).toEqual([delivered]);
      await server.kill();
      expect(await sink.write(messages(2), signal)).toMatchObject([
        { status: "retryable", cause: { code: "POSTGRES_UNREACHABLE" } },
      ]);
      await server.restart();
      // The first tries may meet the database while it recovers.
      let [result] = await sink.write(messages(2), signal);
      while (result?.status === "retryable") [result] = await sink.write(messages(2), signal);
      expect(result).toEqual(delivered);
      expect(await rows()).toEqual([{ id: 1 }, { id: 2 }]);
    });
  },
);
