import { missingServer, startRedis, type TestServer } from "@signalbox/core/testing";
import { silentLogger, systemClock } from "@signalbox/core";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisLink } from "./redis-link.ts";
import { createRedisStore } from "./redis-store.ts";
import { redisSteps, type RedisStep } from "./redis-version.ts";

describe.skipIf(missingServer("redis") !== undefined)("the version of a store in Redis", () => {
  let server: TestServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis({ appendonly: "no", "maxmemory-policy": "allkeys-lru" });
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });
  const storeOf = (prefix: string, steps: readonly RedisStep[]): ReturnType<typeof createRedisStore> =>
    createRedisStore({
      link: redisLink({ servers: { url: server.url }, prefix, place: "Redis", clock: systemClock, log: silentLogger }),
      prefix,
      steps,
    });

  test("an older store is brought up to date, step by step and once, and keeps its rows", async () => {
    const first = storeOf("old", redisSteps);
    await first.open();
    await first.collection({ name: "notes", indexes: [] }).insert([{ key: "a", at: 1, fields: {}, value: "kept" }]);
    await first.close();
    const ran: number[] = [];
    const next = redisSteps.length + 1;
    const steps = [next, next + 1].map((version) => ({ version, run: async () => void ran.push(version) }));
    for (let start = 0; start < 2; start++) {
      const store = storeOf("old", [...redisSteps, ...steps]);
      await store.open();
      expect(await store.collection({ name: "notes", indexes: [] }).get("a")).toMatchObject({ value: "kept" });
      await store.close();
    }
    expect(ran).toEqual([next, next + 1]);
  });

  test("a newer store is refused", async () => {
    await client.set("{new}:s:version", 99);
    const refusal = { code: "STORE_VERSION_NEWER", message: expect.stringContaining("of version 99") as string };
    await expect(storeOf("new", redisSteps).open()).rejects.toMatchObject(refusal);
  });

  test("a new store begins at the newest version", async () => {
    const store = storeOf("fresh", redisSteps);
    await store.open();
    expect(await client.get("{fresh}:s:version")).toBe(`${redisSteps.at(-1)?.version}`);
    expect(await store.durabilityWarnings()).toEqual([
      expect.stringContaining("appendonly no"),
      expect.stringContaining("maxmemory-policy allkeys-lru"),
    ]);
    await store.close();
  });

  test("nothing weakens a Redis that appends and evicts nothing", async () => {
    await client.config("SET", "maxmemory-policy", "noeviction");
    await client.config("SET", "appendonly", "yes");
    const store = storeOf("fine", redisSteps);
    await store.open();
    expect(await store.durabilityWarnings()).toEqual([]);
    await store.close();
  });

  test("all keys of a prefix have one hash tag", async () => {
    const keys = await client.keys("*");
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) expect(key).toMatch(/^\{(old|new|fresh|fine)\}:s:/);
  });
});
