import { SignalboxError } from "../errors/error.ts";
import type { Collection, Store } from "../ports/store.ts";

/**
 * A store that takes everything and has nothing, for tests of components that only look into it. What must come back out
 * belongs into a suite that runs on every store.
 */
export const emptyStore: Store = {
  kind: "memory",
  open: async () => undefined,
  close: async () => undefined,
  durabilityWarnings: async () => [],
  collection<T>(): Collection<T> {
    return {
      insert: async (rows) => rows.map(() => true),
      get: async () => undefined,
      getMany: async (keys) => keys.map(() => undefined),
      replace: async () => false,
      replaceMany: async (changes) => changes.map(() => false),
      put: async () => undefined,
      remove: async () => 0,
      query: async () => [],
      count: async () => 0,
      prune: async () => 0,
    };
  },
  get lanes(): never {
    throw new SignalboxError("STORE_NOT_OPEN", "the empty store has no lanes");
  },
};
