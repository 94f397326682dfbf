import { deliverySuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { deliverySuiteOf, storeUnderTest } from "../testing/stores-under-test.ts";

deliverySuite(kit, deliverySuiteOf(storeUnderTest.memory));
