import { parseProject, createRegistry } from "@signalbox/core";
import { createRecordingLogger, missingServer, startPostgres, type TestServer } from "@signalbox/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresConnection } from "./connection.ts";
import { postgresFrom } from "./testing.ts";

const signal = new AbortController().signal;
const missing = missingServer("postgres");

describe.skipIf(missing !== undefined)(
  `postgres connection${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    test("answers queries with parameters", async () => {
      const db = postgresFrom(`postgres: { url: "${server.url}" }`);
      await db.open?.(signal);
      expect(await db.query("select $1::text as device, 1 as one", ["d1"], signal)).toEqual([{ device: "d1", one: 1 }]);
      await expect(db.query("select * from nowhere", [], signal)).rejects.toMatchObject({
        code: "SQL_STATEMENT_REJECTED",
      });
      await db.close?.();
      await db.close?.();
      await expect(db.query("select 1", [], signal)).rejects.toMatchObject({
        code: "POSTGRES_UNREACHABLE",
        isRetryable: true,
      });
    });

    test("without a url it is the project's own database", async () => {
      const services = { localDatabase: () => Promise.resolve({ connectionString: server.url }) };
      const db = postgresFrom("postgres: {}", { services });
      await db.open?.(signal);
      expect(await db.query("select 1 as one", [], signal)).toEqual([{ one: 1 }]);
      await db.close?.();
    });

    test("opens no more than maxConnections", async () => {
      const db = postgresFrom(`postgres: { url: "${server.url}?application_name=few", maxConnections: 2 }`);
      await db.open?.(signal);
      const asked = "select count(*)::int as n from pg_stat_activity where application_name = 'few'";
      const counts = await Promise.all(
        Array.from({ length: 20 }, () => db.query(asked, [], new AbortController().signal)),
      );
      expect(Math.max(...counts.map(([row]) => Number(row?.["n"])))).toBe(2);
      await db.close?.();
    });

    test("an idle connection that the server ends is replaced, and said", async () => {
      const log = createRecordingLogger();
      const db = postgresFrom(`postgres: { url: "${server.url}" }`, { log });
      await db.open?.(signal);
      const other = postgresFrom(`postgres: { url: "${server.url}" }`);
      await other.open?.(signal);
      await other.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
        [],
        signal,
      );
      await log.whenLine((line) => line.level === "warn");
      expect(await db.query("select 1 as one", [], signal)).toEqual([{ one: 1 }]);
      await Promise.all([db.close?.(), other.close?.()]);
    });

    test("a wrong user or database is said, may pass, and holds no password", async () => {
      const url = server.url.replace("signalbox@", "nobody:hidden@");
      const failure = await postgresFrom(`postgres: { url: "${url}" }`)
        .open?.(signal)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "POSTGRES_UNAVAILABLE", isRetryable: true });
      expect(String(failure)).not.toContain("hidden");
    });
  },
);

test("a server that is not there is tried again", async () => {
  const db = postgresFrom('postgres: { url: "postgres://u:hidden@127.0.0.1:1/x" }');
  const failure = await db.open?.(signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "POSTGRES_UNREACHABLE", isRetryable: true });
  expect(String(failure)).not.toContain("hidden");
  await db.close?.();
});

test.each([
  ["postgres: { url: nowhere }", "CONFIG_VALUE_INVALID"],
  ["postgres: { tls: {} }", "CONFIG_VALUE_INVALID"],
  ['postgres: { url: "postgres://x", maxConnections: 0 }', "CONFIG_VALUE_INVALID"],
])("%s is refused", (yaml, code) => {
  expect(() => postgresFrom(yaml)).toThrow(expect.objectContaining({ code }));
});

test("its url is a secret", () => {
  const text = 'version: 1\nconnections: { db: { postgres: { url: "postgres://u:pass@h/x" } } }';
  const registry = createRegistry([postgresConnection]);
  const { secrets } = parseProject([{ path: "signalbox.yaml", text }], { registry, env: {} });
  expect(secrets).toContain("postgres://u:pass@h/x");
});
