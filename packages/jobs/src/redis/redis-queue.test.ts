import { missingServer, queueConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { queueFixture } from "../testing/fixtures.ts";
import { redisForms } from "../testing/redis-forms.ts";

for (const { name, start } of redisForms) {
  queueConformance(kit, {
    name,
    skip: missingServer("redis"),
    async setup(log) {
      const { settings, stop } = await start();
      return queueFixture(settings, { log, stop });
    },
  });
}
