import { silentLogger } from "@signalbox/core";
import { scheduleEngineSuite, schedulesInVirtualTime, schedulesSuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { createMemoryQueue } from "./memory/memory-queue.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import { deliverySuiteOf, ledgerSuite, storesUnderTest } from "./testing/stores-under-test.ts";

schedulesInVirtualTime(kit, (clock) => ({ store: createMemoryStore(), queue: createMemoryQueue(clock, silentLogger) }));

for (const each of storesUnderTest) {
  schedulesSuite(kit, ledgerSuite(each));
  scheduleEngineSuite(kit, deliverySuiteOf(each));
}
