import { missingServer, storeConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { storeFixture } from "../testing/fixtures.ts";
import { redisForms } from "../testing/redis-forms.ts";

for (const { name, start } of redisForms) {
  storeConformance(kit, {
    name,
    skip: missingServer("redis"),
    async setup() {
      const { settings, stop } = await start();
      return storeFixture(settings, stop);
    },
  });
}
