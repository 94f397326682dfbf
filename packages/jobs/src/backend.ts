import type { Clock, Logger, Queue, Store } from "@signalbox/core";
import { type EmbeddedDatabase, openEmbedded, type PostgresAccess } from "./embedded/embedded-database.ts";
import { embeddedWeakness } from "./embedded/embedded-durability.ts";
import { releaseOrphanedJobs } from "./embedded/orphaned-jobs.ts";
import { createMemoryQueue } from "./memory/memory-queue.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { Pace } from "./queue/adapter.ts";
import { createBullQueue } from "./queue/bullmq-queue.ts";
import { redisLink } from "./redis/redis-link.ts";
import { createRedisQueueAdapter } from "./redis/redis-queue-adapter.ts";
import { createRedisStore } from "./redis/redis-store.ts";
import {
  type BackendSettings,
  checkSettings,
  defaultEmbeddedPath,
  defaultPrefix,
  defaultSchema,
  describeSettings,
} from "./settings.ts";
import { type Shared, shared } from "./shared.ts";
import { createSqlQueueAdapter } from "./sql/sql-queue-adapter.ts";
import { type SqlAccess, sqlLink, type SqlLinkOptions } from "./sql/sql-link.ts";
import { serverWeaknesses } from "./sql/sql-durability.ts";
import { createSqlStore, type SqlStoreOptions } from "./sql/sql-store.ts";
import type { Weakness } from "./weakness.ts";

// From settings to a store and a queue, and what those share. Not here: any of the stores and queues, and what settings may
// be (settings.ts).

/** What runs an engine: where its state lives, and what wakes it. */
export interface Backend {
  readonly kind: BackendSettings["kind"];
  readonly store: Store;
  readonly queue: Queue;
  /** Where it is, in words for a person, without credentials. */
  describe(): string;
  /**
   * A PostgreSQL for the project's own tables, apart from the engine's: the one of the store, or an embedded one in the
   * project folder, opened at the first call and open until `close`.
   */
  localDatabase(): Promise<PostgresAccess>;
  /** Closes the queue, the store and the local database. Idempotent. */
  close(): Promise<void>;
}

export interface BackendContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The folder of `signalbox.yaml`. */
  readonly projectDir: string;
}

/**
 * Makes a store and a queue. Pure: they connect when they are opened, each by itself, and share what they can. A failed
 * opening can be tried again. Throws STORE_SETTINGS_INVALID for settings that cannot be right.
 */
export function createBackend(settings: BackendSettings, context: BackendContext): Backend {
  checkSettings(settings);
  const path = settings.kind === "embedded" ? settings.path : defaultEmbeddedPath(context.projectDir);
  const embedded = shared(
    () => openEmbedded({ path, ...context, vacuumTables }),
    (database) => database.close(),
  );
  const { store, queue } = createParts(settings, { ...context, embedded });
  let local: Promise<EmbeddedDatabase> | undefined;

  async function localDatabase(): Promise<PostgresAccess> {
    if (settings.kind === "postgres") return { connectionString: settings.url };
    local ??= embedded.acquire();
    try {
      return (await local).access;
    } catch (error) {
      local = undefined;
      throw error;
    }
  }

  async function close(): Promise<void> {
    await queue.close();
    await store.close();
    if (local === undefined) return;
    local = undefined;
    await embedded.release();
  }

  return { kind: settings.kind, store, queue, describe: () => describeSettings(settings), localDatabase, close };
}

/** Makes a backend and opens its store and its queue. */
export async function openBackend(
  settings: BackendSettings,
  context: BackendContext,
  signal?: AbortSignal,
): Promise<Backend> {
  const backend = createBackend(settings, context);
  try {
    await backend.store.open(signal);
    await backend.queue.open(signal);
    return backend;
  } catch (error) {
    await backend.close();
    throw error;
  }
}

interface Parts {
  readonly store: Store;
  readonly queue: Queue;
}

interface PartsContext extends BackendContext {
  readonly embedded: Shared<EmbeddedDatabase>;
}

function createParts(settings: BackendSettings, context: PartsContext): Parts {
  const { clock, log, embedded } = context;
  switch (settings.kind) {
    case "memory":
      return { store: createMemoryStore(), queue: createMemoryQueue(clock, log) };
    case "redis": {
      const prefix = settings.prefix ?? defaultPrefix;
      const link = redisLink({ servers: settings, prefix, place: describeSettings(settings), clock, log });
      const adapter = createRedisQueueAdapter(link, prefix);
      return { store: createRedisStore({ link, prefix }), queue: createBullQueue({ adapter, clock, log }) };
    }
    case "postgres": {
      const server: SqlAccess = { config: { connectionString: settings.url }, close: async () => undefined };
      const options = { access: async () => server, schema: settings.schema ?? defaultSchema };
      return sqlParts(settings, context, {
        ...options,
        kind: "postgres",
        weaknesses: serverWeaknesses,
        pace: serverPace,
      });
    }
    case "embedded": {
      const access = async (): Promise<SqlAccess> => ({
        config: (await embedded.acquire()).access,
        close: () => embedded.release(),
      });
      const weaknesses = async (): Promise<readonly Weakness[]> => [embeddedWeakness];
      return sqlParts(settings, context, {
        access,
        schema: defaultSchema,
        kind: "embedded",
        weaknesses,
        pace: embeddedPace,
        prepare: releaseOrphanedJobs,
      });
    }
  }
}

interface SqlParts extends Omit<SqlStoreOptions, "link">, Pick<SqlLinkOptions, "prepare"> {
  readonly pace: Pace;
  readonly schema: string;
  readonly access: () => Promise<SqlAccess>;
}

function sqlParts(settings: BackendSettings, { clock, log }: BackendContext, sql: SqlParts): Parts {
  const { access, schema, kind, weaknesses, pace, prepare } = sql;
  const place = describeSettings(settings);
  const link = sqlLink({ access, schema, place, clock, log, ...(prepare !== undefined && { prepare }) });
  return {
    store: createSqlStore({ kind, link, weaknesses }),
    queue: createBullQueue({ adapter: createSqlQueueAdapter(link, pace), clock, log }),
  };
}

const serverPace: Pace = { stalledInterval: 1_000, drainDelay: 15 };
// Nobody else can die on it: only what the last process left is to be found, and each search costs this process itself.
const embeddedPace: Pace = { stalledInterval: 2_000, drainDelay: 15 };

/** Those that change with every job or parked message. */
const vacuumTables = [
  ...["job", "event", "dedup", "dedup_next", "meta"].map((table) => `${defaultSchema}_queue.${table}`),
  ...["lane_row", "lane_entry", "lane_writer", "collection_row"].map((table) => `${defaultSchema}.${table}`),
];
