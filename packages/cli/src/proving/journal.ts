import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** A file of JSON lines. */
export interface Journal {
  write(entry: object): void;
  /** Resolves when all of it is in the file. Idempotent. */
  close(): Promise<void>;
}

export function openJournal(path: string): Journal {
  const stream = createWriteStream(path, { flags: "a" });
  return {
    write: (entry) => void stream.write(`${JSON.stringify(entry)}\n`),
    async close() {
      if (stream.closed) return;
      stream.end();
      await once(stream, "close");
    },
  };
}
