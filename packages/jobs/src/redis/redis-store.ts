import { type Collection, type CollectionDefinition, SignalboxError, type Store } from "@signalbox/core";
import { checkDefinition } from "../fields.ts";
import type { Shared } from "../shared.ts";
import { sentenceOf } from "../weakness.ts";
import { createRedisCollection } from "./redis-collection.ts";
import { createRedisLanes } from "./redis-lanes.ts";
import type { RedisClient } from "./redis-clients.ts";
import { redisWeaknesses } from "./redis-durability.ts";
import { toStoreError } from "./redis-error.ts";
import type { RedisLink } from "./redis-link.ts";
import { redisSteps, type RedisStep, upgradeRedis } from "./redis-version.ts";

export interface RedisStoreOptions {
  readonly link: Shared<RedisLink>;
  /** What stands before every key. */
  readonly prefix: string;
  /** How older stores are brought up to date; a test passes its own. */
  readonly steps?: readonly RedisStep[];
}

/** The store in Redis. Every key has the one hash tag `{prefix}`. */
export function createRedisStore({ link, prefix, steps = redisSteps }: RedisStoreOptions): Store {
  const base = `{${prefix}}:s:`;
  const collections = new Map<string, unknown>();
  let held: RedisLink | undefined;

  function client(): RedisClient {
    if (held === undefined) throw new SignalboxError("STORE_NOT_OPEN", "the store is not open");
    return held.commands;
  }

  async function close(): Promise<void> {
    if (held === undefined) return;
    held = undefined;
    await link.release();
  }

  return {
    kind: "redis",
    async open(signal) {
      if (held !== undefined) return;
      held = await link.acquire(signal);
      try {
        await upgradeRedis(held.commands, base, steps);
      } catch (error) {
        await close();
        throw toStoreError(error);
      }
    },
    close,
    durabilityWarnings: async () => (await redisWeaknesses(client())).map(sentenceOf),
    lanes: createRedisLanes(client, base),
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const known = collections.get(definition.name) as Collection<T> | undefined;
      if (known !== undefined) return known;
      checkDefinition(definition);
      const collection = createRedisCollection<T>(definition, client, base);
      collections.set(definition.name, collection);
      return collection;
    },
  };
}
