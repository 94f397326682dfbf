import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@signalbox/core";
import { createManualClock, type ManualClock } from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestLog } from "../testing/log.ts";
import { takeLock } from "./lock.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-lock-"));
  file = join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true }));

const context = { clock: systemClock, log: silentLogger };
const write = (holder: object): Promise<void> => writeFile(file, JSON.stringify(holder));
const dead = { host: hostname(), pid: 2 ** 22 + 1, started: "1", token: "old" };

test("names its holder, and leaves nothing behind", async () => {
  const lock = await takeLock(file, context);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ host: hostname(), pid: process.pid });
  await lock.release();
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("a live holder refuses, by name", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const own = await takeLock(file, context);
  const mine = JSON.parse(await readFile(file, "utf8")) as { started: string };
  await own.release();
  const started = await startOf(other.pid ?? 0);
  await write({ host: hostname(), pid: other.pid, started, token: "x" });
  const refusal = { code: "STORE_EMBEDDED_LOCKED", message: expect.stringContaining(`process ${other.pid}`) as string };
  await expect(takeLock(file, context)).rejects.toMatchObject(refusal);
  other.kill("SIGKILL");
  await new Promise((resolve) => other.once("exit", resolve));
  const log = createTestLog();
  const lock = await takeLock(file, { clock: systemClock, log });
  expect(log.lines).toMatchObject([{ level: "warn", fields: { pid: other.pid } }]);
  expect(mine.started).not.toBe("");
  await lock.release();
});

test("the lock of this very process refuses too", async () => {
  const lock = await takeLock(file, context);
  await expect(takeLock(file, context)).rejects.toMatchObject({ code: "STORE_EMBEDDED_LOCKED" });
  await lock.release();
});

test("an id that was used again is no holder: the process of that id started at another time", async () => {
  await write({ host: hostname(), pid: process.pid, started: "1", token: "old" });
  const lock = await takeLock(file, context);
  expect(JSON.parse(await readFile(file, "utf8"))).not.toMatchObject({ token: "old" });
  await lock.release();
});

test("of many who find a dead holder one takes over", async () => {
  await write(dead);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file, context)));
  const won = tries.filter((each) => each.status === "fulfilled");
  expect(won.length).toBe(1);
  const refusals = tries.flatMap((each) => (each.status === "rejected" ? [each.reason as { code: string }] : []));
  expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["STORE_EMBEDDED_LOCKED"]));
  await won[0]?.value.release();
  expect(await readdir(folder)).toEqual([]);
});

test("a takeover that died half-way does not stand in the way", async () => {
  await write(dead);
  await mkdir(`${file}.takeover`);
  const old = new Date(Date.now() - 60_000);
  await utimes(`${file}.takeover`, old, old);
  const lock = await takeLock(file, context);
  expect(await readdir(folder)).toEqual(["lock"]);
  await lock.release();
});

test("a holder on another host that stays silent is gone", async () => {
  await write({ ...dead, host: "another" });
  const clock = createManualClock();
  const taking = takeLock(file, { clock, log: silentLogger });
  await runUntil(taking, clock);
  const lock = await taking;
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ host: hostname() });
  await lock.release();
});

test("a holder on another host that gives signs holds", async () => {
  await write({ ...dead, host: "another" });
  const clock = createManualClock();
  const taking = takeLock(file, { clock, log: silentLogger });
  taking.catch(() => undefined);
  await clock.whenTimer(() => true);
  const now = new Date(Date.now() + 5_000);
  await utimes(file, now, now);
  await runUntil(taking, clock);
  const refusal = { code: "STORE_EMBEDDED_LOCKED", message: expect.stringContaining("on another") as string };
  await expect(taking).rejects.toMatchObject(refusal);
});

test("the holder gives a sign every two seconds", async () => {
  const clock = createManualClock();
  const lock = await takeLock(file, { clock, log: silentLogger });
  expect(clock.timers()).toEqual([2_000]);
  clock.advance(2_000);
  expect(clock.timers()).toEqual([2_000]);
  await lock.release();
  expect(clock.timers()).toEqual([]);
});

test("a file that is no lock is left alone, and said to be none", async () => {
  await writeFile(file, "hello");
  await expect(takeLock(file, context)).rejects.toMatchObject({ code: "STORE_EMBEDDED_FAILED" });
  expect(await readFile(file, "utf8")).toBe("hello");
});

/** Moves the clock whenever somebody waits for it. */
async function runUntil(work: Promise<unknown>, clock: ManualClock): Promise<void> {
  const done = work.then(
    () => "done",
    () => "done",
  );
  const waits = async (): Promise<string> => clock.whenTimer(() => true).then(() => "waits");
  while ((await Promise.race([done, waits()])) === "waits") clock.advance(1_000);
}

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.split(") ").at(-1)?.split(" ")[19] ?? "";
}
