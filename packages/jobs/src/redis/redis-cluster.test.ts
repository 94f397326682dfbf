import {
  askRedis,
  missingServer,
  probeTopic,
  type RedisClusterServers,
  startRedisCluster,
} from "@signalbox/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RedisSettings } from "../settings.ts";
import { testBackend } from "../testing/fixtures.ts";
import { createTestLog } from "../testing/log.ts";
import { untilTaken } from "../testing/until-taken.ts";

const refusal = { code: "STORE_UNREACHABLE", isRetryable: true };
const due = { dueAt: 0, attempts: 0 };
const entry = { row: "r", value: "v" };

describe.skipIf(missingServer("redis") !== undefined)("a Redis Cluster", () => {
  let servers: RedisClusterServers;
  let settings: RedisSettings;
  beforeAll(async () => {
    servers = await startRedisCluster();
    settings = { kind: "redis", cluster: servers.addresses };
  });
  afterAll(() => servers.stop());

  function keysOn(index: number): number {
    const server = servers.nodes[index];
    return server === undefined ? 0 : Number(askRedis(server, "DBSIZE"));
  }

  test("all keys of a prefix are on one node, and another prefix can be on another", async () => {
    for (const prefix of ["a", "b", "c"]) {
      const { store, queue } = testBackend({ ...settings, prefix });
      await store.open();
      await queue.open();
      await store.lanes.append("l", [entry], due);
      await queue.add("topic", [{ id: "j", data: null }]);
      await queue.close();
      await store.close();
      const homes = servers.nodes.filter((server) => askRedis(server, "KEYS", `{${prefix}}:*`) !== "");
      expect(homes).toHaveLength(1);
    }
    expect(servers.nodes.filter((_, index) => keysOn(index) > 0).length).toBeGreaterThan(1);
  });

  test("one known node is enough to find the others", async () => {
    for (const [index, address] of servers.addresses.entries()) {
      const { store } = testBackend({ kind: "redis", cluster: [address] });
      await store.open();
      await store.lanes.append("found", [entry], due);
      expect(await store.lanes.list("found")).toMatchObject([{ entries: index + 1 }]);
      await store.close();
    }
  });

  test.each([
    ["the node with the keys", (home: number) => [home]],
    ["the whole cluster", () => [0, 1, 2]],
  ])("%s away, commands fail soon; back, all goes on; the log says so", async (_, fallen) => {
    const log = createTestLog();
    const { store, queue } = testBackend(settings, log);
    await store.open();
    await queue.open();
    const probe = await probeTopic(queue, "away");
    await store.lanes.append("l", [entry], due);
    const home = servers.nodes.findIndex((server) => askRedis(server, "KEYS", "{signalbox}:s:version") !== "");
    const killed = fallen(home).map((index) => servers.nodes[index]);
    for (const server of killed) await server?.kill();
    const away = [store.lanes.append("l", [entry], due), queue.add("away", [{ id: "lost", data: null }])];
    for (const each of await Promise.allSettled(away)) {
      expect(each).toMatchObject({ status: "rejected", reason: refusal });
    }
    for (const server of killed) await server?.restart();
    await untilTaken(() => queue.add("away", [{ id: "a", data: null }]));
    expect(await probe.finishNext()).toMatchObject({ id: "a" });
    await untilTaken(() => store.lanes.append("l", [entry], due));
    await log.line(/answers again/);
    expect(log.lines[0]).toMatchObject({ level: "warn", sentence: expect.stringMatching(/does not answer/) as string });
    await queue.close();
    await store.close();
  });

  test("each node is looked at for what weakens durability", async () => {
    const { store } = testBackend(settings);
    await store.open();
    expect(await store.durabilityWarnings()).toEqual([]);
    for (const server of servers.nodes.slice(1)) askRedis(server, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    const warnings = await store.durabilityWarnings();
    expect(warnings.map((text) => text.replace(/ may evict.*/, "")).sort()).toEqual(
      servers.addresses
        .slice(1)
        .map((address) => `Redis node ${address}`)
        .sort(),
    );
    await store.close();
  });

  test("a form that does not fit says so", async () => {
    const single = testBackend({ kind: "redis", url: `redis://${servers.addresses[0]}`, prefix: "z" });
    const other = testBackend({ kind: "redis", url: `redis://${servers.addresses[1]}`, prefix: "z" });
    const results = await Promise.allSettled([single.store.open(), other.store.open()]);
    const hint = "it is part of a cluster: write `cluster` in place of `url`";
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { hint } });
    for (const { store } of [single, other]) await store.close();
  });
});
