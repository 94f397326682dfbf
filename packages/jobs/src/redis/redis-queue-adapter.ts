import { SignalboxError } from "@signalbox/core";
import { Queue, Worker } from "bullmq";
import type { AgainRequest, QueueAdapter } from "../queue/adapter.ts";
import { roundOptions } from "../queue/envelope.ts";
import type { Shared } from "../shared.ts";
import { againScript } from "./again-script.ts";
import { toStoreError } from "./redis-error.ts";
import type { RedisLink } from "./redis-link.ts";
import { scriptRunner } from "./script.ts";

/** BullMQ on Redis, under the same hash tag as the store. */
export function createRedisQueueAdapter(link: Shared<RedisLink>, prefix: string): QueueAdapter {
  const bullPrefix = `{${prefix}}:q`;
  let held: RedisLink | undefined;

  function open(): RedisLink {
    if (held === undefined) throw new SignalboxError("STORE_NOT_OPEN", "the queue is not open");
    return held;
  }

  /** `client`: who asks from outside wants an answer soon, a worker waits as long as it takes. */
  function again(client: keyof RedisLink, topic: string): (...args: (string | number)[]) => Promise<unknown> {
    const run = scriptRunner(open()[client], `${bullPrefix}:${topic}:`);
    return (...args) => run(againScript, ...args);
  }

  return {
    pace: { stalledInterval: 1_000, drainDelay: 5 },
    async open(signal) {
      held = await link.acquire(signal);
    },
    async close() {
      if (held === undefined) return;
      held = undefined;
      await link.release();
    },
    queue: (topic, options) => new Queue(topic, { ...options, prefix: bullPrefix, connection: open().commands }),
    worker: (topic, processor, settings) =>
      new Worker<string>(topic, processor, { ...settings, prefix: bullPrefix, connection: open().patient }),
    async ask(topic, now, requests) {
      const found = await again("commands", topic)(now, "", ...requests.flatMap(toArguments));
      return (found as number[]).map((each) => each === 1);
    },
    async keep(topic, now, ownerId, request) {
      await again("patient", topic)(now, ownerId, ...toArguments(request));
    },
    // The connections report their own errors; what BullMQ repeats of them is known already.
    noteError: (error) => toStoreError(error).isRetryable,
    toStoreError,
  };
}

function toArguments({ dedupId, round, data, nextId }: AgainRequest): (string | number)[] {
  // In the short form in which BullMQ keeps a job's options in Redis.
  const options = { de: { id: dedupId }, ...roundOptions };
  const { starts, failures, runAt } = round;
  return [dedupId, starts, failures, Math.ceil(runAt), nextId, JSON.stringify(data), JSON.stringify(options)];
}
