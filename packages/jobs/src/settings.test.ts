import { silentLogger, systemClock } from "@signalbox/core";
import { expect, test } from "vitest";
import { createBackend } from "./backend.ts";
import type { BackendSettings } from "./settings.ts";

const context = { clock: systemClock, log: silentLogger, projectDir: "/project" };

test.each<[string, BackendSettings]>([
  ["the Redis URL is not a URL", { kind: "redis", url: "localhost" }],
  ['the Redis URL starts with "http://"', { kind: "redis", url: "http://user:secret@host" }],
  [
    'store prefix "a{b}" may hold letters, digits and _ . : - only',
    { kind: "redis", url: "redis://h", prefix: "a{b}" },
  ],
  ["a Redis has at least one address", { kind: "redis", cluster: [] }],
  ['"redis://a:1" is not host:port', { kind: "redis", cluster: ["a", "redis://a:1"] }],
  ['"b:x" is not host:port', { kind: "redis", sentinels: ["b:x"], name: "main" }],
  ["the PostgreSQL URL is not a URL", { kind: "postgres", url: "secret" }],
  ['the PostgreSQL URL starts with "mysql://"', { kind: "postgres", url: "mysql://u:secret@host/db" }],
  [
    'store schema "A b" must be lower-case letters, digits and _',
    { kind: "postgres", url: "postgres://h", schema: "A b" },
  ],
])("refuses: %s", (message, settings) => {
  const refusal = expect.objectContaining({
    code: "STORE_SETTINGS_INVALID",
    message: expect.stringContaining(message),
  });
  expect(() => createBackend(settings, context)).toThrow(refusal as Error);
  expect(() => createBackend(settings, context)).not.toThrow(/secret/);
});

test.each<[string, BackendSettings]>([
  ["Redis at host:6379, prefix signalbox", { kind: "redis", url: "redis://user:secret@host?password=secret" }],
  ["Redis at host:1/2, prefix p", { kind: "redis", url: "rediss://host:1/2", prefix: "p" }],
  ["Redis Cluster at a, b:1, [::1]:2, prefix signalbox", { kind: "redis", cluster: ["a", "b:1", "[::1]:2"] }],
  [
    'Redis "main" of the sentinels a:1, b, prefix p',
    {
      kind: "redis",
      sentinels: ["a:1", "b"],
      name: "main",
      password: "secret",
      sentinelPassword: "secret",
      prefix: "p",
    },
  ],
  ["PostgreSQL at host:5432/db, schema signalbox", { kind: "postgres", url: "postgres://u:secret@host/db?sslmode=x" }],
  ["PostgreSQL at host:5432, schema s", { kind: "postgres", url: "postgresql://host", schema: "s" }],
  ["embedded store in /x", { kind: "embedded", path: "/x" }],
  ["memory (nothing survives the process)", { kind: "memory" }],
])("describes: %s", (text, settings) => {
  expect(createBackend(settings, context)).toMatchObject({ kind: settings.kind });
  expect(createBackend(settings, context).describe()).toBe(text);
});
