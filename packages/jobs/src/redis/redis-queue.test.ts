import { missingServer, queueConformance, startRedis } from "@signalbox/core/testing";
import * as kit from "vitest";
import { queueFixture } from "../testing/fixtures.ts";

queueConformance(kit, {
  name: "redis",
  skip: missingServer("redis"),
  async setup(log) {
    const server = await startRedis();
    return queueFixture({ kind: "redis", url: server.url }, { log, stop: () => server.stop() });
  },
});
