import { type DeliverySuite, deliverySuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { testBackend } from "./testing/fixtures.ts";
import { type StoreUnderTest, storesUnderTest } from "./testing/ledger-suites.ts";

for (const each of storesUnderTest) deliverySuite(kit, suiteOf(each));

function suiteOf({ name, skip, start }: StoreUnderTest): DeliverySuite {
  return {
    name,
    skip,
    async setup() {
      const { settings, stop } = await start();
      // Memory is gone with its backend: what its next engine finds must be the same one.
      const memory = settings.kind === "memory" ? testBackend(settings) : undefined;
      return { create: () => memory ?? testBackend(settings), stop };
    },
  };
}
