import type { CheckResult, Clock } from "@signalbox/core";
import { RedisConnection } from "bullmq";
import { createRedisClient, nodesOf, type RedisClient } from "../redis/redis-clients.ts";
import { infoOf, redisWeaknesses } from "../redis/redis-durability.ts";
import { toStoreError } from "../redis/redis-error.ts";
import { connect } from "../redis/redis-link.ts";
import { redisSteps } from "../redis/redis-version.ts";
import { defaultPrefix, describeSettings, type RedisSettings } from "../settings.ts";
import { clockOf, durabilityChecks, latencyCheck, latencyOf, layoutCheck } from "./asked.ts";

/** What a Redis, a master behind sentinels or a cluster tells of itself. Throws as the store does. */
export async function checkRedis(
  settings: RedisSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const client = createRedisClient(settings, "soon");
  const giveUp = (): void => client.disconnect();
  // Whoever waits hears of it.
  client.on("error", () => undefined);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await connect(client, clock, signal);
    return await ask(client, settings, clock);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    signal.removeEventListener("abort", giveUp);
    client.disconnect();
  }
}

async function ask(client: RedisClient, settings: RedisSettings, clock: Clock): Promise<readonly CheckResult[]> {
  const key = `{${settings.prefix ?? defaultPrefix}}:s:version`;
  const latencyMs = await latencyOf(clock, () => client.exists(key));
  const layout = await client.get(key);
  const [node] = nodesOf(client);
  const info = node === undefined ? "" : await infoOf(node);
  const fact = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const sync = fact("aof_enabled") === "1" ? await appendFsync(client) : undefined;
  return [
    latencyCheck(describeSettings(settings), latencyMs),
    versionCheck(fact("redis_version") ?? ""),
    layoutCheck(layout === null ? undefined : Number(layout), redisSteps.at(-1)?.version ?? 0),
    ...durabilityChecks("append-only file on, nothing is evicted", await redisWeaknesses(client)),
    ...(sync === undefined ? [] : [syncCheck(sync)]),
    memoryCheck(Number(fact("used_memory") ?? 0), Number(fact("maxmemory") ?? 0)),
    await clockOf(clock, "clock of Redis", async () => {
      const [seconds, microseconds] = await client.time();
      return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
    }),
  ];
}

function versionCheck(version: string): CheckResult {
  const subject = "version of Redis";
  const { minimumVersion, recommendedMinimumVersion } = RedisConnection;
  if (isLower(version, minimumVersion)) {
    const advice = `Install Redis ${recommendedMinimumVersion} or newer: the queue does not run on this one.`;
    return { subject, status: "error", found: version, advice };
  }
  if (!isLower(version, recommendedMinimumVersion)) return { subject, status: "ok", found: version };
  return { subject, status: "warning", found: version, advice: `Install Redis ${recommendedMinimumVersion} or newer.` };
}

function isLower(version: string, bound: string): boolean {
  return version.localeCompare(bound, "en", { numeric: true }) < 0;
}

/** Undefined where the server does not tell: hosted ones rarely do. */
async function appendFsync(client: RedisClient): Promise<string | undefined> {
  try {
    const answer: unknown = await client.config("GET", "appendfsync");
    return Array.isArray(answer) && typeof answer[1] === "string" ? answer[1] : "";
  } catch {
    return "";
  }
}

function syncCheck(sync: string): CheckResult {
  const subject = "appendfsync of Redis";
  switch (sync) {
    case "always":
      return { subject, status: "ok", found: "always: what is acknowledged is on the disk" };
    case "everysec":
      return { subject, status: "ok", found: "everysec: a machine that dies loses about its last second" };
    case "no":
      return {
        subject,
        status: "warning",
        found: "no: the system writes when it likes, often after half a minute",
        advice: "Set `appendfsync everysec`, or `always` where no second may be lost.",
      };
    default:
      return { subject, status: "skipped", found: "this Redis does not tell its configuration" };
  }
}

function memoryCheck(used: number, most: number): CheckResult {
  const subject = "memory of Redis";
  const mega = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  if (most === 0) return { subject, status: "ok", found: `${mega(used)} used, no maxmemory` };
  const found = `${mega(used)} of ${mega(most)} used (maxmemory)`;
  if (used < most * 0.8) return { subject, status: "ok", found };
  const advice = "Raise `maxmemory`, or purge what waits: a full Redis refuses every write.";
  return { subject, status: used < most * 0.95 ? "warning" : "error", found, advice };
}
