import { isolationSuite } from "@signalbox/core/testing";
import * as kit from "vitest";
import { testBackend } from "./testing/fixtures.ts";

isolationSuite(kit, {
  name: "memory",
  async setup() {
    const memory = testBackend({ kind: "memory" });
    return { create: () => memory, stop: async () => undefined };
  },
});
