import { messageOf } from "@signalbox/core";
import type { Redis } from "ioredis";
import type { Weakness } from "../weakness.ts";
import { nodesOf, type RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";

/** What a server says about itself. */
interface Facts {
  /** `Redis`, or which node of a cluster. */
  readonly subject: string;
  readonly info: string;
}

/** What weakens the durability of a Redis, each of its servers looked at. */
export async function redisWeaknesses(client: RedisClient): Promise<readonly Weakness[]> {
  const nodes = nodesOf(client);
  if (nodes.length === 1 && nodes[0] === client) {
    return weaknessesOf({ subject: "Redis", info: await infoOf(nodes[0]) });
  }
  const found = nodes.map(async (node): Promise<Weakness[]> => {
    const subject = `Redis node ${node.options.host}:${node.options.port}`;
    try {
      return weaknessesOf({ subject, info: await infoOf(node) });
    } catch (error) {
      // A replica that is away must not keep an engine from starting.
      const found = `${subject} could not be asked whether it keeps what it acknowledges: ${messageOf(error)}.`;
      return [{ found, advice: "See that it runs." }];
    }
  });
  return (await Promise.all(found)).flat();
}

/** INFO, not CONFIG: hosted Redis rarely allows the latter. */
export async function infoOf(node: Redis): Promise<string> {
  try {
    return await node.info();
  } catch (error) {
    throw toStoreError(error);
  }
}

function weaknessesOf({ subject, info }: Facts): Weakness[] {
  const fact = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const found: Weakness[] = [];
  if (fact("aof_enabled") === "0") {
    found.push({
      found: `${subject} has no append-only file (appendonly no): what is parked or planned is lost when it ends unexpectedly.`,
      advice: "Set `appendonly yes`.",
    });
  }
  const policy = fact("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    found.push({
      found: `${subject} may evict keys when memory is short (maxmemory-policy ${policy}), parked messages among them.`,
      advice: "Set `maxmemory-policy noeviction`.",
    });
  }
  // Redis tells of good replicas only where it is told to want some.
  if (Number(fact("connected_slaves") ?? 0) > 0 && fact("min_slaves_good_slaves") === undefined) {
    found.push({
      found: `${subject} goes on alone when its replicas fall behind (min-replicas-to-write 0): what it took meanwhile is lost when one of them takes its place.`,
      advice: "Set `min-replicas-to-write 1`.",
    });
  }
  for (const [name, what] of troubles) {
    if (fact(name) !== "err") continue;
    found.push({
      found: `${subject} cannot ${what} (${name} err), and may refuse writes.`,
      advice: "Look for a full or read-only disk in its log.",
      isTrouble: true,
    });
  }
  return found;
}

/** What Redis says of its own last tries. */
const troubles = [
  ["aof_last_write_status", "write its append-only file"],
  ["aof_last_bgrewrite_status", "rewrite its append-only file"],
  ["rdb_last_bgsave_status", "save its snapshot"],
] as const;
