import { refusalOf } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { postgresConnection } from "./connection.ts";
import { sqlSink } from "./sql.ts";

const project = { definitions: [postgresConnection], settings: "version: 1\nconnections: { db: { postgres: {} } }" };

test.each([
  ["sql: { connection: db, statement: 'select $1' }", "CONFIG_VALUE_INVALID: sql: { connection: db"],
  ["sql: { connection: db, statement: 'select $1', params: [a, b] }", "CONFIG_VALUE_INVALID: [a"],
  ["sql: { connection: db, statement: 'select 1', params: [a] }", "CONFIG_VALUE_INVALID: [a"],
  ["sql: { connection: other, statement: 'select 1' }", "CONFIG_CONNECTION_UNKNOWN: other"],
  ["sql: { statement: 'select 1' }", "CONFIG_FIELD_MISSING: sql: { statement: 'select 1'"],
])("%s is refused", (yaml, refusal) => {
  expect(refusalOf(sqlSink, yaml, project)).toBe(refusal);
});
