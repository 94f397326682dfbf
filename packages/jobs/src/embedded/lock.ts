import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { link, mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { type Clock, type Logger, SignalboxError, sleep, type Timer } from "@signalbox/core";

// The lock on an embedded store's folder: two processes in one PGlite folder destroy its data without a word.
//
// A lock file names its holder: host, process id, and when that process started (ids are used again, most of all in
// containers, where every engine is process 1). A holder on this host is asked for by id and start; one on another host (a
// container that shares the folder) cannot be, so every holder touches its file every two seconds, and is gone when it stops.

const beatMs = 2_000;
const silenceMs = 10_000;
const takeoverPatienceMs = 5_000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in whatever words the system has for it; empty where it has none. */
  readonly started: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

export interface Lock {
  /** Idempotent. */
  release(): Promise<void>;
}

export interface LockContext {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes the lock, over from a holder that is gone; a live one throws STORE_EMBEDDED_LOCKED, naming it. */
export async function takeLock(file: string, { clock, log }: LockContext): Promise<Lock> {
  const own: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid), token: randomUUID() };
  while (!(await create(file, own))) {
    const holder = await read(file);
    if (holder === undefined) continue;
    if (await isAlive(file, holder, clock)) throw locked(file, holder);
    if (await replace(file, { holder, own, clock })) {
      log.warn({ pid: holder.pid, host: holder.host }, "Took the embedded store over from a process that is gone.");
      break;
    }
  }
  return hold(file, own, clock);
}

/** Who holds the lock, without taking it; undefined where nobody does any more. */
export async function lockHolder(file: string): Promise<Pick<Holder, "host" | "pid"> | undefined> {
  const holder = await read(file);
  if (holder === undefined) return undefined;
  if (holder.host === hostname()) return isSameProcess(holder) ? holder : undefined;
  const touched = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  return Date.now() - touched < silenceMs ? holder : undefined;
}

function hold(file: string, own: Holder, clock: Clock): Lock {
  let isReleased = false;
  let timer: Timer;
  const beat = (): void => {
    if (isReleased) return;
    const now = new Date();
    // A missed beat is no harm; the next one comes.
    utimes(file, now, now).catch(() => undefined);
    timer = clock.setTimer(beat, beatMs);
  };
  timer = clock.setTimer(beat, beatMs);
  return {
    async release() {
      if (isReleased) return;
      isReleased = true;
      timer.cancel();
      if ((await read(file))?.token === own.token) await rm(file, { force: true });
    },
  };
}

/** Puts the file there in one step, whole; false when one is there already. */
async function create(file: string, own: Holder): Promise<boolean> {
  const draft = `${file}.${own.token}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

interface Takeover {
  readonly holder: Holder;
  readonly own: Holder;
  readonly clock: Clock;
}

/**
 * Replaces the lock of a holder that is gone. Under a lock of its own (a folder: made by one of several), or the second of
 * two that find the same dead holder would remove the lock of the first.
 */
async function replace(file: string, { holder, own, clock }: Takeover): Promise<boolean> {
  const guard = `${file}.takeover`;
  try {
    await mkdir(guard);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const age = Date.now() - ((await stat(guard).catch(() => undefined))?.mtimeMs ?? 0);
    if (age > takeoverPatienceMs) await rmdir(guard).catch(() => undefined);
    await sleep(clock, 50);
    return false;
  }
  try {
    if ((await read(file))?.token !== holder.token) return false;
    await rm(file, { force: true });
    return await create(file, own);
  } finally {
    await rmdir(guard).catch(() => undefined);
  }
}

async function isAlive(file: string, holder: Holder, clock: Clock): Promise<boolean> {
  if (holder.host === hostname()) return isSameProcess(holder);
  // Until it has been silent for long enough, or gave a sign.
  const seen = (await stat(file).catch(() => undefined))?.mtimeMs;
  for (let waited = 0; waited < silenceMs; waited += beatMs / 2) {
    await sleep(clock, beatMs / 2);
    const now = (await stat(file).catch(() => undefined))?.mtimeMs;
    if (now !== seen) return now !== undefined;
  }
  return false;
}

function isSameProcess({ pid, started }: Holder): boolean {
  return isRunning(pid) && started === startOf(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/** When a process started: Linux's ticks since boot, or what `ps` says; "" where neither is there. */
function startOf(pid: number): string {
  try {
    // Behind the name, which is in brackets and may hold anything: the 20th field from there is the start.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? "";
  } catch {
    try {
      return execFileSync("ps", ["-o", "lstart=", "-p", `${pid}`], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      return "";
    }
  }
}

/** The holder; undefined when there is none (any more). */
async function read(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    throw new SignalboxError("STORE_EMBEDDED_FAILED", `${file} is not a lock file of Signalbox`, {
      hint: "remove it if no engine runs on this folder",
    });
  }
}

function locked(file: string, { pid, host }: Holder): SignalboxError {
  const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return new SignalboxError("STORE_EMBEDDED_LOCKED", `${where} holds the embedded store in ${dirname(file)}`, {
    hint: "stop it, or give both a REDIS_URL or DATABASE_URL",
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
