import type { RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";

/** A Lua script with a name; it runs in Redis in one piece, and is sent there once per connection. */
export interface Script {
  readonly name: string;
  readonly lua: string;
}

/** A part of a script that several begin with. */
export type Lua = string;

export type Argument = string | number | Buffer;

/**
 * Runs scripts on `client`. `base` stands before every key a script makes; it carries the hash tag, so that a script's keys
 * are all on one node of a Redis Cluster, and is passed as its only key.
 */
export function scriptRunner(
  client: RedisClient,
  base: string,
): (script: Script, ...args: Argument[]) => Promise<unknown> {
  return async ({ name, lua }, ...args) => {
    if (!(name in client)) client.defineCommand(name, { numberOfKeys: 1, lua });
    const command = Reflect.get(client, name) as (...args: Argument[]) => Promise<unknown>;
    try {
      return await command.call(client, base, ...args);
    } catch (error) {
      throw toStoreError(error);
    }
  };
}
