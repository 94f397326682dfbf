import type { Sink } from "@signalbox/core";
import { connectionFrom, sinkFrom, type TestContextOptions } from "@signalbox/core/testing";
import { postgresConnection } from "./connection.ts";
import type { PostgresConnection } from "./pool.ts";
import { sqlSink } from "./sql.ts";

// The connection and the sink of this package, made for a test from the YAML an author would write.

export function postgresFrom(yaml: string, options: TestContextOptions = {}): PostgresConnection {
  return connectionFrom(postgresConnection, yaml, options) as PostgresConnection;
}

export function sqlFrom(yaml: string, db: PostgresConnection): Sink {
  const settings = `version: 1\nconnections: { db: { postgres: {} } }`;
  return sinkFrom(sqlSink, yaml, { connections: { db }, project: { definitions: [postgresConnection], settings } });
}
