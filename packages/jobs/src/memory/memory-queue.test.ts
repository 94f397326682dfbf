import { systemClock } from "@signalbox/core";
import { queueConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { createMemoryQueue } from "./memory-queue.ts";

queueConformance(kit, {
  name: "memory",
  async setup(log) {
    const queue = createMemoryQueue(systemClock, log);
    return { create: () => queue, children: "memory ends with its process by definition", stop: async () => undefined };
  },
});
