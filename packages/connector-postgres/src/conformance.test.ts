import { missingServer, sinkConformance, startPostgres, testMessage } from "@signalbox/core/testing";
import * as kit from "vitest";
import { postgresConnection } from "./connection.ts";
import { sqlSink } from "./sql.ts";
import { postgresFrom } from "./testing.ts";
import { sinkFrom } from "@signalbox/core/testing";

sinkConformance(kit, {
  name: "sql",
  skip: missingServer("postgres"),
  async setup() {
    const server = await startPostgres();
    const db = postgresFrom(`postgres: { url: "${server.url}" }`);
    await db.open?.(new AbortController().signal);
    const yaml = `sql:
  connection: db
  setup: [create table if not exists bodies (body jsonb)]
  statement: insert into bodies values ($1)
  params: [$]`;
    const project = {
      definitions: [postgresConnection],
      settings: "version: 1\nconnections: { db: { postgres: {} } }",
    };
    return {
      create: (options) => sinkFrom(sqlSink, yaml, { connections: { db }, project, ...options }),
      message: (index) => testMessage({ index }),
      async stop() {
        await db.close?.();
        await server.stop();
      },
    };
  },
});
