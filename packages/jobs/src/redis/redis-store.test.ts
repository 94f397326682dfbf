import { missingServer, startRedis, storeConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { storeFixture } from "../testing/fixtures.ts";

storeConformance(kit, {
  name: "redis",
  skip: missingServer("redis"),
  async setup() {
    const server = await startRedis();
    return storeFixture({ kind: "redis", url: server.url }, () => server.stop());
  },
});
