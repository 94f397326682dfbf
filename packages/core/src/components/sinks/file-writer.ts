import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../clock.ts";
import { messageOf, SignalboxError } from "../../errors/error.ts";

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: bigint;
  checkedAt: number;
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

/** Appends whole lines to files, keeping a bounded number of them open. Calls must not overlap. */
export class FileWriter {
  readonly #clock: Clock;
  readonly #isSynced: boolean;
  // In order of use: the first is the one not written to for longest.
  readonly #files = new Map<string, OpenFile>();

  constructor(options: { clock: Clock; isSynced: boolean }) {
    this.#clock = options.clock;
    this.#isSynced = options.isSynced;
  }

  /** Appends `text`, which ends with a line break, in one write. Fails with FILE_WRITE_FAILED, retryable or not. */
  async append(path: string, text: string): Promise<void> {
    try {
      const file = await this.#open(path);
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) {
        written += (await file.handle.write(bytes, written)).bytesWritten;
      }
      if (this.#isSynced) await file.handle.datasync();
    } catch (error) {
      // What was written of it is unknown: opening anew looks at the last line and closes a torn one.
      await this.#forget(path);
      throw writeFailed(path, error);
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const path of this.#files.keys()) await this.#forget(path);
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
      const { size, ino } = await handle.stat({ bigint: true });
      if (size > 0n) await closeTornLine(handle, size);
      else if (this.#isSynced) await syncFolder(dirname(path));
      return { handle, inode: ino, checkedAt: this.#clock.monotonic() };
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

async function closeTornLine(handle: FileHandle, size: bigint): Promise<void> {
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(1), position: Number(size) - 1 });
  if (bytesRead === 1 && buffer.toString("latin1") !== "\n") await handle.write("\n");
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
  return new SignalboxError("FILE_WRITE_FAILED", `cannot append to ${path}: ${messageOf(error)}`, {
    cause: error,
    isRetryable: !lastingCodes.has(code),
  });
}
