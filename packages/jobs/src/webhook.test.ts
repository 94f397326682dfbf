import { webhookSuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { ledgerSuite, storesUnderTest } from "./testing/stores-under-test.ts";

for (const each of storesUnderTest) webhookSuite(kit, ledgerSuite(each));
