import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type Logger, messageOf, SignalboxError } from "@signalbox/core";
import type { Duplex } from "node:stream";
import { takeLock } from "./lock.ts";
import { PortStream } from "./port-stream.ts";
import { restoreSnapshot } from "./snapshot.ts";
import { keepThread, startThread } from "./thread.ts";

/** What `new pg.Pool` needs to reach a PostgreSQL: a server, or the embedded one. */
export type PostgresAccess =
  | { readonly connectionString: string }
  | { readonly stream: () => Duplex; readonly user: string; readonly database: string };

/** A PostgreSQL in this process, in a folder that is this process's alone while it is open. */
export interface EmbeddedDatabase {
  readonly access: PostgresAccess;
  /** Ends it cleanly and gives the folder back. Idempotent. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Holds the lock and the folder of the database. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Qualified names of the tables that change much and are vacuumed now and then. */
  readonly vacuumTables: readonly string[];
}

/**
 * Opens the database in `path`, made anew when there is none. Throws STORE_EMBEDDED_LOCKED when another process has it open
 * and STORE_EMBEDDED_FAILED when it cannot be opened.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { path, clock, log, vacuumTables } = options;
  const folder = join(path, "store");
  await mkdir(path, { recursive: true }).catch((error: unknown) => fail(path, error));
  const lock = await takeLock(join(path, "lock"), { clock, log });
  try {
    if (!existsSync(join(folder, "PG_VERSION"))) await restoreSnapshot(folder);
    const thread = await keepThread(() => startThread({ folder, vacuumTables }, clock), log);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await thread.close();
      await lock.release();
    };
    const stream = (): PortStream => new PortStream(() => thread.connect());
    return {
      access: { stream, user: "postgres", database: "postgres" },
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await lock.release();
    return fail(folder, error);
  }
}

function fail(folder: string, cause: unknown): never {
  if (cause instanceof SignalboxError) throw cause;
  const message = `the embedded store in ${folder} cannot be opened: ${messageOf(cause)}`;
  throw new SignalboxError("STORE_EMBEDDED_FAILED", message, { cause });
}
