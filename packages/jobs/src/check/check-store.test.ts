import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckResult, silentLogger, systemClock } from "@signalbox/core";
import { missingServer, startPostgres, startRedis, type TestServer } from "@signalbox/core/testing";
import { Redis } from "ioredis";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBackend } from "../backend.ts";
import type { BackendSettings } from "../settings.ts";
import { checkStore, type StoreCheck } from "./check-store.ts";

const here: StoreCheck = { clock: systemClock, enginePid: undefined };

function look(settings: BackendSettings, context: StoreCheck = here): Promise<readonly CheckResult[]> {
  return checkStore(settings, context, new AbortController().signal);
}

/** What is not well, and what was looked at. */
function wrong(results: readonly CheckResult[]): readonly string[] {
  return results.filter(({ status }) => status !== "ok").map(({ status, subject }) => `${status}: ${subject}`);
}

function of(results: readonly CheckResult[], subject: string): CheckResult | undefined {
  return results.find((result) => result.subject === subject);
}

describe.skipIf(missingServer("redis") !== undefined)("Redis", () => {
  let good: TestServer;
  let bad: TestServer;
  beforeAll(async () => {
    good = await startRedis();
    bad = await startRedis({ appendonly: "no", "maxmemory-policy": "allkeys-lru" });
  });
  afterAll(() => Promise.all([good.stop(), bad.stop()]));

  test("a good one is well, and nothing is left in it", async () => {
    const results = await look({ kind: "redis", url: good.url });
    expect(wrong(results)).toEqual([]);
    expect(results.map(({ subject }) => subject)).toEqual([
      "store",
      "version of Redis",
      "layout of the store",
      "durability",
      "appendfsync of Redis",
      "memory of Redis",
      "clock of Redis",
    ]);
    expect(of(results, "store")?.found).toMatch(
      /^Redis at 127\.0\.0\.1:\d+, prefix signalbox: \d+\.\d ms a round trip$/,
    );
    const client = new Redis(good.url);
    expect(await client.keys("*")).toEqual([]);
    client.disconnect();
  });

  test("what may lose messages is told, with what to set", async () => {
    const client = new Redis(bad.url);
    const [, used] = /used_memory:(\d+)/.exec(await client.info("memory")) ?? [];
    await client.config("SET", "maxmemory", Math.floor(Number(used) * 1.1));
    const results = await look({ kind: "redis", url: bad.url });
    client.disconnect();
    expect(wrong(results)).toEqual([
      "warning: durability",
      "warning: durability",
      expect.stringMatching(/: memory of Redis$/),
    ]);
    const told = results.filter(({ status }) => status !== "ok").map(({ advice = "" }) => advice);
    expect(told.join(" ")).toMatch(/`appendonly yes`.*`maxmemory-policy noeviction`.*`maxmemory`/);
  });

  test("one that cannot save is in trouble now", async () => {
    const server = await startRedis();
    const client = new Redis(server.url);
    const [, folder = ""] = await client.config("GET", "dir");
    rmSync(folder, { recursive: true });
    await client.bgsave();
    while (/rdb_bgsave_in_progress:1/.test(await client.info("persistence"))) continue;
    const results = await look({ kind: "redis", url: server.url });
    client.disconnect();
    await server.stop();
    expect(wrong(results)).toEqual(["error: durability"]);
    expect(of(results, "durability")?.found).toContain("rdb_last_bgsave_status err");
  });

  test("a store of a later version, and a clock that is off", async () => {
    const client = new Redis(good.url);
    await client.set("{later}:s:version", 99);
    client.disconnect();
    const fast = { ...systemClock, now: () => Date.now() + 600_000 };
    const results = await look({ kind: "redis", url: good.url, prefix: "later" }, { ...here, clock: fast });
    expect(wrong(results)).toEqual(["error: layout of the store", "error: clock of Redis"]);
    expect(of(results, "clock of Redis")?.found).toMatch(/^(599|600)\.\d s behind this machine's$/);
  });

  test("one that is away or refuses is an error that holds no password", async () => {
    expect(await look({ kind: "redis", url: "redis://:hunter2hunter2@127.0.0.1:1" })).toMatchObject([
      { subject: "store", status: "error", found: expect.stringMatching(/^STORE_UNREACHABLE: /) as string },
    ]);
    const refused = await look({ kind: "redis", url: good.url.replace("//", "//nobody:hunter2hunter2@") });
    expect(refused).toMatchObject([{ status: "error", advice: expect.any(String) as string }]);
    expect(JSON.stringify(refused)).not.toContain("hunter2");
  });
});

describe.skipIf(missingServer("postgres") !== undefined)("PostgreSQL", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test("a good one is well, and no table is made", async () => {
    const results = await look({ kind: "postgres", url: server.url });
    expect(wrong(results)).toEqual([]);
    expect(of(results, "max_connections")?.found).toBe("0 of 100 connections taken by others");
    expect(of(results, "layout of the store")?.found).toMatch(/nothing is there yet/);
  });

  test("what may lose messages and too few connections are told", async () => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    for (const setting of ["fsync = off", "synchronous_commit = off", "max_connections = 10"]) {
      await client.query(`ALTER SYSTEM SET ${setting}`);
    }
    await client.end();
    await server.restart();
    const results = await look({ kind: "postgres", url: server.url });
    expect(wrong(results)).toEqual(["warning: max_connections", "warning: durability", "warning: durability"]);
  });

  test("a user that is refused is an error with the server's words", async () => {
    const url = server.url.replace("signalbox@", "nobody:hunter2hunter2@");
    const results = await look({ kind: "postgres", url });
    expect(results).toMatchObject([{ subject: "store", status: "error" }]);
    expect(JSON.stringify(results)).not.toContain("hunter2");
  });
});

describe("the embedded store", () => {
  test("is told by its lock, and not opened", async () => {
    const path = await mkdtemp(join(tmpdir(), "sb-check-"));
    expect(wrong(await look({ kind: "embedded", path }))).toEqual(["warning: durability"]);
    const backend = createBackend(
      { kind: "embedded", path },
      { clock: systemClock, log: silentLogger, projectDir: path },
    );
    await backend.store.open();
    const held = await look({ kind: "embedded", path });
    expect(wrong(held)).toEqual(["error: lock of the embedded store", "warning: durability"]);
    expect(of(held, "store")?.found).toMatch(/PostgreSQL \d+ \(PGlite\)$/);
    const own = await look({ kind: "embedded", path }, { ...here, enginePid: process.pid });
    expect(of(own, "lock of the embedded store")).toMatchObject({
      status: "ok",
      found: expect.stringContaining("this project's engine") as string,
    });
    await backend.close();
    expect(of(await look({ kind: "embedded", path }), "lock of the embedded store")?.found).toBe("nobody holds it");
    await rm(path, { recursive: true });
  });
});
