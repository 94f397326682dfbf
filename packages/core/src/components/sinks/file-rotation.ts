// Puts files aside that are large or old enough, compresses them, and removes the oldest. Not here: writing (file-writer.ts).
//
// Safe at every moment: a file goes aside by a rename; its compressed form has its name only once it is whole and on the
// disk, and only then the original goes. What a process that died has not finished is finished when the file is opened next.
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Clock, sleep } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import { listRotated, listRotatedOf, type RotatedFile, rotatedPath } from "./file-names.ts";

export interface RotationPlan {
  readonly size?: number | undefined;
  /** Milliseconds; a new period begins at each multiple since 1970, in UTC. */
  readonly every?: number | undefined;
  readonly keep?: number | undefined;
  readonly compress: boolean;
}

/** Another sink on the same file writes to the one put aside until it looks again, which it does once a second. */
const graceMs = 5_000;
/** Silence after which a compression has died. */
const deadAfterMs = 600_000;
const maxFolders = 1_000;

export class FileRotation {
  readonly #plan: RotationPlan;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  // Files whose old ones are to be looked after, one after the other: thousands may be put aside at midnight.
  readonly #waiting = new Set<string>();
  #work: Promise<void> | undefined;
  // Of each folder, the files that have old ones, and were not opened since.
  readonly #folders = new Map<string, Promise<Set<string>>>();

  constructor(options: { plan: RotationPlan; clock: Clock; log: Logger }) {
    this.#plan = options.plan;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Whether a file is to be put aside before `bytes` are added; an empty one never is. */
  isDue(file: { readonly size: number; readonly writtenAt: number }, bytes: number): boolean {
    const { size, every } = this.#plan;
    if (file.size === 0) return false;
    if (size !== undefined && file.size + bytes > size) return true;
    return every !== undefined && Math.floor(file.writtenAt / every) < Math.floor(this.#clock.now() / every);
  }

  /** Puts a file aside that nobody here has open. */
  async rotate(path: string): Promise<void> {
    const newest = (await listRotated(path)).rotated.at(-1);
    // Behind the last one even where the clock has stepped back: no file is overwritten, and names sort.
    const target = rotatedPath(path, Math.max(this.#clock.now(), (newest?.at ?? 0) + 1));
    await rename(path, target);
    this.#log.debug({ path, target }, "A file was put aside.");
    this.#lookAfter(path);
  }

  /** A file was opened: what an earlier process has left to do for it is done, in the background. */
  async opened(path: string): Promise<void> {
    const folder = dirname(path);
    if (this.#folders.size >= maxFolders) this.#folders.clear();
    const names = this.#folders.get(folder) ?? listRotatedOf(folder).catch(() => new Set<string>());
    this.#folders.set(folder, names);
    if ((await names).delete(basename(path))) this.#lookAfter(path);
  }

  /** Breaks off what is under way; it is done again at the next start. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  #lookAfter(path: string): void {
    this.#waiting.add(path);
    if (!this.#closing.signal.aborted) this.#work ??= this.#lookAfterAll();
  }

  async #lookAfterAll(): Promise<void> {
    const { signal } = this.#closing;
    for (const path of this.#waiting) {
      await sleep(this.#clock, await this.#graceOf(path), signal);
      if (signal.aborted) break;
      this.#waiting.delete(path);
      await this.#tidy(path).catch((error: unknown) => {
        if (signal.aborted) return;
        this.#log.warn(
          { path, cause: messageOf(error) },
          "Old files could not be tidied; the next rotation tries again.",
        );
      });
    }
    this.#work = undefined;
  }

  /** How long the newest file must be left alone. */
  async #graceOf(path: string): Promise<number> {
    const found = await listRotated(path).catch(() => undefined);
    const newest = found?.rotated.findLast(({ isCompressed }) => !isCompressed);
    if (newest === undefined || !this.#plan.compress) return 0;
    return Math.min(graceMs, Math.max(0, newest.at + graceMs - this.#clock.now()));
  }

  async #tidy(path: string): Promise<void> {
    const { keep = Number.POSITIVE_INFINITY, compress } = this.#plan;
    const { rotated, parts } = await listRotated(path);
    for (const part of parts) await this.#removeIfDead(part);
    const times = [...new Set(rotated.map(({ at }) => at))];
    const kept = new Set(times.slice(Math.max(0, times.length - keep)));
    for (const file of rotated) {
      if (!kept.has(file.at)) await rm(file.path, { force: true });
      else if (compress && !file.isCompressed) await this.#compress(file);
    }
  }

  async #compress({ path }: RotatedFile): Promise<void> {
    const { signal } = this.#closing;
    const part = `${path}.gz.${randomUUID()}.part`;
    try {
      const source = createReadStream(path);
      await pipeline(source, createGzip(), createWriteStream(part, { flush: true }), { signal });
      // Somebody still writes to it; the next rotation tries again.
      if ((await stat(path)).size !== source.bytesRead) return await rm(part, { force: true });
      await rename(part, `${path}.gz`);
      await rm(path, { force: true });
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async #removeIfDead(part: string): Promise<void> {
    const found = await stat(part).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < this.#clock.now() - deadAfterMs) await rm(part, { force: true });
  }
}
