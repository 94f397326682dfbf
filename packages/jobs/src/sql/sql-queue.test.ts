import { missingServer, queueConformance, startPostgres } from "@signalbox/core/testing";
import * as kit from "vitest";
import { queueFixture } from "../testing/fixtures.ts";

queueConformance(kit, {
  name: "postgres",
  skip: missingServer("postgres"),
  async setup(log) {
    const server = await startPostgres();
    return queueFixture({ kind: "postgres", url: server.url }, { log, stop: () => server.stop() });
  },
});
