import { silentLogger } from "@signalbox/core";
import { commandsInVirtualTime, commandsSuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { createMemoryQueue } from "./memory/memory-queue.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import { ledgerSuite, storesUnderTest } from "./testing/stores-under-test.ts";

commandsInVirtualTime(kit, (clock) => ({ store: createMemoryStore(), queue: createMemoryQueue(clock, silentLogger) }));

for (const each of storesUnderTest) commandsSuite(kit, ledgerSuite(each));
