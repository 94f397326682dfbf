import { SignalboxError } from "@signalbox/core";
import { type BackendFactory, type PostgresConnectionOptions, PostgresQueueBackend, Queue, Worker } from "bullmq";
import type { AgainRequest, Pace, QueueAdapter } from "../queue/adapter.ts";
import { roundOptions } from "../queue/envelope.ts";
import type { Shared } from "../shared.ts";
import { toStoreError } from "./sql-error.ts";
import type { SqlLink } from "./sql-link.ts";

/** BullMQ on a PostgreSQL, a server or the embedded one. */
export function createSqlQueueAdapter(link: Shared<SqlLink>, pace: Pace): QueueAdapter {
  let held: SqlLink | undefined;

  function open(): SqlLink {
    if (held === undefined) throw new SignalboxError("STORE_NOT_OPEN", "the queue is not open");
    return held;
  }

  const backend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (name, options) =>
    new PostgresQueueBackend(open().bull, name, options);

  async function again(topic: string, args: Again): Promise<readonly boolean[]> {
    const { query, names } = open();
    const sql = `SELECT ${names.store}.queue_again($1, $2, $3, $4) AS found`;
    const requests = JSON.stringify(args.requests.map(toJsonRequest));
    const values = [topic, Math.floor(args.now), args.ownerId, requests];
    return (await query<{ found: boolean[] }>(sql, values)).rows[0]?.found ?? [];
  }

  return {
    pace,
    async open(signal) {
      held = await link.acquire(signal);
    },
    async close() {
      if (held === undefined) return;
      held = undefined;
      await link.release();
    },
    queue: (topic, options) => new Queue(topic, { ...options, connection: open().bull.pool }, backend),
    worker: (topic, processor, settings) =>
      new Worker(topic, processor, { ...settings, connection: open().bull.pool }, backend),
    ask: (topic, now, requests) => again(topic, { now, ownerId: "", requests }),
    async keep(topic, now, ownerId, request) {
      await again(topic, { now, ownerId, requests: [request] });
    },
    noteError: (error) => held?.noteError(error) ?? true,
    toStoreError,
  };
}

interface Again {
  readonly now: number;
  readonly ownerId: string;
  readonly requests: readonly AgainRequest[];
}

function toJsonRequest({ dedupId, round, data, nextId }: AgainRequest): object {
  const options = { ...roundOptions, deduplication: { id: dedupId } };
  return { dedupId, ...round, runAt: Math.ceil(round.runAt), data, nextId, options };
}
