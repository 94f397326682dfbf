import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@signalbox/core";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { createTestLog } from "../testing/log.ts";
import { PortStream } from "./port-stream.ts";
import { restoreSnapshot } from "./snapshot.ts";
import { keepThread, startThread, type Thread } from "./thread.ts";

test("a thread that dies is started again, with all that was acknowledged", async () => {
  const path = await mkdtemp(join(tmpdir(), "signalbox-thread-"));
  const folder = join(path, "store");
  await restoreSnapshot(folder);
  const started: Thread[] = [];
  const log = createTestLog();
  const start = async (): Promise<Thread> => {
    const thread = await startThread({ folder, vacuumTables: [] }, systemClock);
    started.push(thread);
    return thread;
  };
  const kept = await keepThread(start, log);
  const access = { stream: () => new PortStream(() => kept.connect()), user: "postgres", database: "postgres" };
  const pool = new Pool({ ...access, max: 3 });
  pool.on("error", () => undefined);
  await pool.query("CREATE TABLE public.notes (id int)");
  await pool.query("INSERT INTO public.notes VALUES (1)");
  const client = await pool.connect();
  const ended = new Promise((resolve) => client.once("error", resolve));

  await started[0]?.terminate();
  expect(await ended).toBeInstanceOf(Error);
  client.release(true);
  const counts = await Promise.all([1, 2, 3].map(() => pool.query("SELECT count(*)::int AS n FROM public.notes")));
  expect(counts.map(({ rows }) => rows as unknown)).toEqual([[{ n: 1 }], [{ n: 1 }], [{ n: 1 }]]);
  expect(started.length).toBe(2);
  expect(log.lines).toMatchObject([{ level: "error" }]);

  await pool.end();
  await kept.close();
  expect(started[1]?.isGone).toBe(true);
  await rm(path, { recursive: true });
});

test("a folder PGlite cannot open says why", async () => {
  const start = { folder: join("/dev/null", "store"), vacuumTables: [] };
  await expect(startThread(start, systemClock)).rejects.toThrow(/ENOTDIR/);
});
