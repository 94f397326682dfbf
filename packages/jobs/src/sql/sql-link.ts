import { type Clock, type Logger, type Timer } from "@signalbox/core";
import type { PostgresConnection } from "bullmq";
import { Pool, type QueryResult, type QueryResultRow } from "pg";
import type { PostgresAccess } from "../embedded/embedded-database.ts";
import { createOutage } from "../outage.ts";
import { type Shared, shared } from "../shared.ts";
import { LastingConnection } from "./lasting-connection.ts";
import { type Migration, migrations, type SchemaNames } from "./migrations.ts";
import { migrate } from "./migrator.ts";
import { toStoreError } from "./sql-error.ts";

// Opens, shares and watches an engine's connections to a PostgreSQL. Not here: what is asked over them, and the tables
// (migrator.ts).

/** The connections of one engine to a PostgreSQL. */
export interface SqlLink {
  readonly names: SchemaNames;
  /** Runs one statement; errors are the store port's. */
  readonly query: <R extends QueryResultRow>(text: string, values: readonly unknown[]) => Promise<QueryResult<R>>;
  /** BullMQ's: one pool and one listening connection for all its queues and workers. */
  readonly bull: PostgresConnection;
  /** Notes an error that came another way; true when it was about the connection. */
  readonly noteError: (error: unknown) => boolean;
}

/** Where the database is: a server's URL, or the streams of the embedded one. */
export interface SqlAccess {
  readonly config: PostgresAccess;
  readonly close: () => Promise<void>;
}

export interface SqlLinkOptions {
  readonly access: (signal?: AbortSignal) => Promise<SqlAccess>;
  readonly schema: string;
  /** The store in words, without credentials. */
  readonly place: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Done once the tables are up to date, before anybody uses them. */
  readonly prepare?: (link: Pick<SqlLink, "query" | "names">) => Promise<void>;
  /** A test passes its own. */
  readonly migrations?: readonly Migration[];
}

/** Per engine: this many connections for the store, as many for BullMQ, and one that listens. */
const poolSize = 4;
/** What an engine opens at most. */
export const mostConnections = 2 * poolSize + 1;
const connectTimeoutMs = 5_000;
const answerTimeoutMs = 15_000;
const probeMs = 1_000;

interface OpenLink extends SqlLink {
  end(): Promise<void>;
}

/** Connections to a PostgreSQL, shared by store and queue; opening brings the tables up to date. */
export function sqlLink(options: SqlLinkOptions): Shared<SqlLink> {
  return shared<OpenLink>(
    (signal) => openLink(options, signal),
    (link) => link.end(),
  );
}

async function openLink(options: SqlLinkOptions, signal?: AbortSignal): Promise<OpenLink> {
  const { access, schema, place, clock, log } = options;
  const names = { store: schema, queue: `${schema}_queue` };
  const { config, close } = await access(signal);
  const pool = new Pool({
    ...config,
    // As BullMQ's: the embedded database changes a session's settings when another connection has its turn.
    options: `-c search_path="${names.queue}"`,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    application_name: "signalbox",
  });
  const watch = createWatch(pool, { clock, log, place });
  let bull: LastingConnection | undefined;
  try {
    signal?.throwIfAborted();
    const client = await pool.connect();
    try {
      await migrate(client, names, options.migrations ?? migrations);
    } finally {
      client.release();
    }
    const opened = await openBull(config, names.queue);
    bull = opened;
    bull.on("error", watch.note);
    const query: SqlLink["query"] = (text, values) => watch.run(() => pool.query(text, [...values]));
    await options.prepare?.({ query, names });
    return {
      names,
      bull,
      noteError: watch.note,
      query,
      async end() {
        watch.close();
        await Promise.all([opened.end(), pool.end()]);
        await close();
      },
    };
  } catch (error) {
    watch.close();
    void pool.end();
    await bull?.end();
    await close();
    throw toStoreError(error);
  }
}

async function openBull(config: PostgresAccess, schema: string): Promise<LastingConnection> {
  const options = { max: poolSize, connectionTimeoutMillis: connectTimeoutMs, application_name: "signalbox" };
  const bull = new LastingConnection({ ...config, ...options, schema });
  // Every queue and worker listens to it.
  bull.setMaxListeners(0);
  await bull.waitUntilReady();
  return bull;
}

interface Watch {
  readonly run: <T>(query: () => Promise<T>) => Promise<T>;
  readonly note: (error: unknown) => boolean;
  readonly close: () => void;
}

/** Says once that the database is away, and asks it every second until it is back. */
function createWatch(pool: Pool, { clock, log, place }: { clock: Clock; log: Logger; place: string }): Watch {
  const outage = createOutage(log, place);
  let timer: Timer | undefined;
  let isClosed = false;

  function note(error: unknown): boolean {
    const isAway = toStoreError(error).code === "STORE_UNREACHABLE";
    if (isAway && !isClosed) {
      outage.down(error);
      timer ??= clock.setTimer(probe, probeMs);
    }
    return isAway;
  }

  function probe(): void {
    timer = undefined;
    pool.query("SELECT 1").then(outage.up, note);
  }

  pool.on("error", note);
  return {
    note,
    async run(query) {
      try {
        return await query();
      } catch (error) {
        note(error);
        throw toStoreError(error);
      }
    },
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
