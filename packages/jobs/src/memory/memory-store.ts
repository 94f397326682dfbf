import type { Collection, CollectionDefinition, Store } from "@signalbox/core";
import { checkDefinition } from "../fields.ts";
import { createMemoryCollection } from "./memory-collection.ts";
import { createMemoryLanes } from "./memory-lanes.ts";

/** A store that ends with the process: for tests and simulations under virtual time. */
export function createMemoryStore(): Store {
  const collections = new Map<string, unknown>();
  return {
    kind: "memory",
    open: async () => undefined,
    close: async () => undefined,
    durabilityWarnings: async () => ["The store is in memory: nothing survives the end of the process."],
    lanes: createMemoryLanes(),
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const known = collections.get(definition.name) as Collection<T> | undefined;
      if (known !== undefined) return known;
      checkDefinition(definition);
      const collection = createMemoryCollection<T>(definition);
      collections.set(definition.name, collection);
      return collection;
    },
  };
}
