// Appends to files and keeps a bounded number of them open. Its parts: file-rotation (when a file is put aside, and what
// becomes of it), file-tail (lines that a crash has torn).
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../clock.ts";
import { messageOf, SignalboxError } from "../../errors/error.ts";
import type { FileRotation } from "./file-rotation.ts";
import { mendTail } from "./file-tail.ts";

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: bigint;
  /** A device or a pipe is never put aside. */
  readonly isRegular: boolean;
  checkedAt: number;
  size: number;
  /** When it was last written to, here or by an earlier process. */
  writtenAt: number;
}

export interface FileWriterOptions {
  readonly clock: Clock;
  /** Whether an append waits for the disk. */
  readonly isSynced: boolean;
  readonly rotation?: FileRotation | undefined;
}

// More than devices of a usual fleet that speak at once, far below the usual limit of 1024 open files.
const maxOpenFiles = 64;
const checkEveryMs = 1_000;

/** What a later try cannot mend; everything else (disk full, rights, too many open files) an operator or time can. */
const lastingCodes = new Set([
  "EEXIST",
  "EISDIR",
  "ENOTDIR",
  "ENAMETOOLONG",
  "EINVAL",
  "ELOOP",
  "ERR_INVALID_ARG_VALUE",
]);

const hints: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; the message is written once there is room",
  EDQUOT: "the quota of this user is used up; the message is written once there is room",
  EFBIG: "the file is as large as this process may make it (`ulimit -f`); set `rotate: { size: ... }`",
  EROFS: "the file system is mounted read-only; the message is written once it can be written to",
  EACCES: "the engine's user may not write there; the message is written once it may",
};

/** Appends whole lines to files, keeping a bounded number of them open. Calls must not overlap. */
export class FileWriter {
  readonly #clock: Clock;
  readonly #isSynced: boolean;
  readonly #rotation: FileRotation | undefined;
  // In order of use: the first is the one not written to for longest.
  readonly #files = new Map<string, OpenFile>();

  constructor({ clock, isSynced, rotation }: FileWriterOptions) {
    this.#clock = clock;
    this.#isSynced = isSynced;
    this.#rotation = rotation;
  }

  /** Appends `text`, which ends with a line break, in one write. Fails with FILE_WRITE_FAILED, retryable or not. */
  async append(path: string, text: string): Promise<void> {
    try {
      const bytes = Buffer.from(text);
      const file = await this.#openFor(path, bytes.length);
      await writeWhole(file, bytes);
      file.writtenAt = this.#clock.now();
      if (this.#isSynced) await file.handle.datasync();
    } catch (error) {
      // What is there now is unknown: opening anew looks at the last line.
      await this.#forget(path);
      throw writeFailed(path, error);
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const path of this.#files.keys()) await this.#forget(path);
    await this.#rotation?.close();
  }

  /** The file to write `bytes` to: the one there is, or a new one after that was put aside. */
  async #openFor(path: string, bytes: number): Promise<OpenFile> {
    const file = await this.#open(path);
    const rotation = this.#rotation;
    if (rotation === undefined || !file.isRegular || !rotation.isDue(file, bytes)) return file;
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    await this.#forget(path);
    // Else somebody has put it aside already.
    if (found?.ino === file.inode) await rotation.rotate(path);
    return this.#open(path);
  }

  async #open(path: string): Promise<OpenFile> {
    const known = this.#files.get(path);
    if (known !== undefined) {
      this.#files.delete(path);
      this.#files.set(path, known);
      if (await this.#isCurrent(path, known)) return known;
      await this.#forget(path);
    }
    const oldest = this.#files.keys().next();
    if (this.#files.size >= maxOpenFiles && oldest.done !== true) await this.#forget(oldest.value);
    const file = await this.#openNew(path);
    this.#files.set(path, file);
    return file;
  }

  /** Whether the path still leads to the open file; asked of the file system at most once a second. */
  async #isCurrent(path: string, file: OpenFile): Promise<boolean> {
    const now = this.#clock.monotonic();
    if (now - file.checkedAt < checkEveryMs) return true;
    file.checkedAt = now;
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    return found?.ino === file.inode;
  }

  async #openNew(path: string): Promise<OpenFile> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "a+");
    try {
      const found = await handle.stat({ bigint: true });
      const size = found.isFile() ? await mendTail(handle, Number(found.size)) : 0;
      if (size === 0 && this.#isSynced) await syncFolder(dirname(path));
      await this.#rotation?.opened(path);
      const isRegular = found.isFile();
      const checkedAt = this.#clock.monotonic();
      return { handle, inode: found.ino, isRegular, checkedAt, size, writtenAt: Number(found.mtimeMs) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #forget(path: string): Promise<void> {
    const file = this.#files.get(path);
    this.#files.delete(path);
    // A write error can be reported again by close; it has been told already.
    await file?.handle.close().catch(() => undefined);
  }
}

/** Writes all of `bytes`, or as well as it can none. */
async function writeWhole(file: OpenFile, bytes: Uint8Array): Promise<void> {
  const { handle } = file;
  let written = 0;
  try {
    while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
    file.size += written;
  } catch (error) {
    if (written > 0 && file.isRegular) await takeBack(file, written).catch(() => undefined);
    throw error;
  }
}

/** Takes the last `bytes` off a file that a full disk cut a write short in; unless somebody else has written behind them. */
async function takeBack(file: OpenFile, bytes: number): Promise<void> {
  const { size } = await file.handle.stat();
  if (size === file.size + bytes) await file.handle.truncate(file.size);
}

/** Makes the entry of a new file last: without it a power cut leaves a file on the disk that no folder lists. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function writeFailed(path: string, error: unknown): SignalboxError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const hint = hints[code];
  return new SignalboxError("FILE_WRITE_FAILED", `cannot append to ${path}: ${messageOf(error)}`, {
    cause: error,
    isRetryable: !lastingCodes.has(code),
    ...(hint !== undefined && { hint }),
  });
}
