import { webhookSuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { ledgerSuite, storesUnderTest } from "./testing/ledger-suites.ts";

for (const each of storesUnderTest) webhookSuite(kit, ledgerSuite(each));
