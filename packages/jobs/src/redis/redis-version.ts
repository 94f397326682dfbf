import { SignalboxError } from "@signalbox/core";
import type { RedisClient } from "./redis-clients.ts";

/** One step between two layouts of the keys. It may be repeated (a process can die in it), so it has to be idempotent. */
export interface RedisStep {
  /** The version it leads to. */
  readonly version: number;
  run(client: RedisClient, base: string): Promise<void>;
}

/** Version 1 is the first layout there was: nothing to do for it. */
export const redisSteps: readonly RedisStep[] = [{ version: 1, run: async () => undefined }];

/** Brings the keys under `base` to the version of the last step. A store of a later version throws STORE_VERSION_NEWER. */
export async function upgradeRedis(client: RedisClient, base: string, steps: readonly RedisStep[]): Promise<void> {
  const target = steps.at(-1)?.version ?? 0;
  const found = await client.get(`${base}version`);
  // Without a version nothing is there yet: an empty store begins at the newest.
  const current = found === null ? await claim(client, base, target) : Number(found);
  if (current > target) {
    throw new SignalboxError(
      "STORE_VERSION_NEWER",
      `the store in Redis is of version ${current}, this Signalbox knows up to ${target}`,
    );
  }
  for (const step of steps.filter(({ version }) => version > current)) {
    await step.run(client, base);
    await client.set(`${base}version`, step.version);
  }
}

async function claim(client: RedisClient, base: string, version: number): Promise<number> {
  await client.set(`${base}version`, version, "NX");
  return Number(await client.get(`${base}version`));
}
