import { missingServer, startPostgres, storeConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { storeFixture } from "../testing/fixtures.ts";

storeConformance(kit, {
  name: "postgres",
  skip: missingServer("postgres"),
  async setup() {
    const server = await startPostgres();
    return storeFixture({ kind: "postgres", url: server.url }, () => server.stop());
  },
});
