import { messageOf } from "@signalbox/core";
import type { Redis } from "ioredis";
import { nodesOf, type RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";

/** What a server says about itself. */
interface Facts {
  /** `Redis`, or which node of a cluster. */
  readonly subject: string;
  readonly info: string;
}

/** What weakens the durability of a Redis, each of its servers looked at: sentences for the log. */
export async function redisWarnings(client: RedisClient): Promise<string[]> {
  const nodes = nodesOf(client);
  if (nodes.length === 1 && nodes[0] === client) return warningsOf({ subject: "Redis", info: await infoOf(nodes[0]) });
  const warnings = nodes.map(async (node) => {
    const subject = `Redis node ${node.options.host}:${node.options.port}`;
    try {
      return warningsOf({ subject, info: await infoOf(node) });
    } catch (error) {
      // A replica that is away must not keep an engine from starting.
      return [`${subject} could not be asked whether it keeps what it acknowledges: ${messageOf(error)}`];
    }
  });
  return (await Promise.all(warnings)).flat();
}

/** INFO, not CONFIG: hosted Redis rarely allows the latter. */
async function infoOf(node: Redis): Promise<string> {
  try {
    return await node.info();
  } catch (error) {
    throw toStoreError(error);
  }
}

function warningsOf({ subject, info }: Facts): string[] {
  const fact = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const found: string[] = [];
  if (fact("aof_enabled") === "0") {
    found.push(
      `${subject} has no append-only file (appendonly no): what is parked or planned is lost when it ends unexpectedly. Set \`appendonly yes\`.`,
    );
  }
  const policy = fact("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    found.push(
      `${subject} may evict keys when memory is short (maxmemory-policy ${policy}), parked messages among them. Set \`maxmemory-policy noeviction\`.`,
    );
  }
  // Redis tells of good replicas only where it is told to want some.
  if (Number(fact("connected_slaves") ?? 0) > 0 && fact("min_slaves_good_slaves") === undefined) {
    found.push(
      `${subject} goes on alone when its replicas fall behind (min-replicas-to-write 0): what it took meanwhile is lost when one of them takes its place. Set \`min-replicas-to-write 1\`.`,
    );
  }
  return found;
}
