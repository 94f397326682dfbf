import {
  missingServer,
  type RestartFixture,
  startPostgres,
  startRedis,
  startRedisCluster,
  storeRestartSuite,
  type TestServer,
} from "@signalbox/core/testing";
import * as kit from "vitest";
import type { BackendSettings } from "./settings.ts";
import { testBackend } from "./testing/fixtures.ts";

storeRestartSuite(kit, {
  name: "redis",
  skip: missingServer("redis"),
  async setup() {
    const server = await startRedis();
    return restarting({ kind: "redis", url: server.url }, [server]);
  },
});

storeRestartSuite(kit, {
  name: "redis cluster",
  skip: missingServer("redis"),
  async setup() {
    const { nodes, addresses } = await startRedisCluster();
    return restarting({ kind: "redis", cluster: addresses }, nodes);
  },
});

storeRestartSuite(kit, {
  name: "postgres",
  skip: missingServer("postgres"),
  async setup() {
    const server = await startPostgres();
    return restarting({ kind: "postgres", url: server.url }, [server]);
  },
});

function restarting(settings: BackendSettings, servers: readonly TestServer[]): RestartFixture {
  const forAll = async (run: (server: TestServer) => Promise<void>): Promise<void> => {
    for (const server of servers) await run(server);
  };
  return {
    create: () => testBackend(settings),
    kill: () => forAll((server) => server.kill()),
    restart: () => forAll((server) => server.restart()),
    stop: () => forAll((server) => server.stop()),
  };
}
