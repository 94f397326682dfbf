import { storeConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { createMemoryStore } from "./memory-store.ts";

storeConformance(kit, {
  name: "memory",
  async setup() {
    const store = createMemoryStore();
    return { create: () => store, writer: "memory ends with its process by definition", stop: async () => undefined };
  },
});
