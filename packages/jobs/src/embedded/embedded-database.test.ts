import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@signalbox/core";
import { missingServer, probeTopic, startRedis } from "@signalbox/core/testing";
import { Pool } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBackend, type Backend } from "../backend.ts";
import { startProgram } from "../testing/fixtures.ts";
import { createTestLog } from "../testing/log.ts";

let projectDir: string;
beforeEach(async () => {
  projectDir = await mkdtemp(join(tmpdir(), "signalbox-project-"));
});
afterEach(() => rm(projectDir, { recursive: true }));

const open = (log = createTestLog()): Promise<Backend> =>
  openBackend({ kind: "embedded", path: join(projectDir, "state") }, { clock: systemClock, log, projectDir });

test("a second process is refused, and so is a second backend of this one", async () => {
  const backend = await open();
  const refusal = {
    code: "STORE_EMBEDDED_LOCKED",
    message: expect.stringContaining(`process ${process.pid}`) as string,
  };
  await expect(open()).rejects.toMatchObject(refusal);
  const child = startProgram({ kind: "embedded", path: join(projectDir, "state") }, "add-jobs");
  await expect(child.line((line) => line === "ready")).rejects.toThrow(/STORE_EMBEDDED_LOCKED/);
  await backend.close();
});

test("the local database is the project's: its own schema, kept, and out of the engine's way", async () => {
  const first = await open();
  const pool = new Pool(await first.localDatabase());
  // Names that BullMQ has too.
  await pool.query("CREATE TABLE job (id int); CREATE TABLE event (id int); INSERT INTO job VALUES (1), (2)");
  const probe = await probeTopic(first.queue, "local");
  await first.queue.add("local", [{ id: "a", data: null }]);
  await probe.finishNext();
  await pool.query("SET search_path TO nowhere");
  expect(await first.queue.counts("local")).toEqual({ waiting: 0, running: 0 });
  const client = await pool.connect();
  await client.query("BEGIN");
  const held = first.store.lanes.append("l", [{ row: "r", value: "v" }], { dueAt: 0, attempts: 0 });
  await client.query("INSERT INTO public.job VALUES (3)");
  await client.query("COMMIT");
  await held;
  client.release();
  await pool.end();
  await first.close();

  const second = await open();
  const again = new Pool(await second.localDatabase());
  expect((await again.query("SELECT count(*)::int AS n FROM public.job")).rows).toEqual([{ n: 3 }]);
  await expect(again.query("SELECT * FROM nothing")).rejects.toMatchObject({ code: "42P01" });
  await again.end();
  await second.close();
});

test.skipIf(missingServer("redis") !== undefined)(
  "with Redis the local database is an embedded one in the project folder",
  async () => {
    const server = await startRedis();
    const context = { clock: systemClock, log: silentLogger, projectDir };
    const backend = await openBackend({ kind: "redis", url: server.url }, context);
    const access = await backend.localDatabase();
    expect(await backend.localDatabase()).toBe(access);
    const pool = new Pool(access);
    expect((await pool.query("SELECT 1 + 1 AS two")).rows).toEqual([{ two: 2 }]);
    await pool.end();
    await backend.close();
    await server.stop();
  },
);

test("with PostgreSQL the local database is that one", async () => {
  const { createBackend } = await import("../backend.ts");
  const url = "postgres://host/db";
  const backend = createBackend({ kind: "postgres", url }, { clock: systemClock, log: silentLogger, projectDir });
  expect(await backend.localDatabase()).toEqual({ connectionString: url });
  await backend.close();
});

test("a folder that cannot be a database is said to be none", async () => {
  await writeFile(join(projectDir, "state"), "a file");
  await expect(open()).rejects.toMatchObject({ code: "STORE_EMBEDDED_FAILED", isRetryable: false });
});

test("a power cut is what the embedded store warns about", async () => {
  const backend = await open();
  expect(await backend.store.durabilityWarnings()).toEqual([expect.stringContaining("power cut")]);
  await backend.close();
});

test("jobs that a killed process had in hand are nobody's at once", async () => {
  const settings = { kind: "embedded", path: join(projectDir, "state") } as const;
  const before = await open();
  await before.queue.add("crash-hold", [{ id: "a", data: null }]);
  await before.close();
  const child = startProgram(settings, "hold-jobs");
  await child.line((line) => line === "a");
  await child.kill();
  const after = await open();
  const pool = new Pool(await after.localDatabase());
  const sql = "SELECT state, locked_until_ms::int AS lock FROM signalbox_queue.job WHERE queue = 'crash-hold'";
  expect((await pool.query(sql)).rows).toEqual([{ state: "active", lock: 0 }]);
  await pool.end();
  const probe = await probeTopic(after.queue, "crash-hold");
  await probe.finishNext();
  await after.close();
});
