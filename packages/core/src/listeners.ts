import { messageOf } from "./errors/error.ts";
import type { Logger } from "./log.ts";

/** Those who want to hear of changes. */
export interface Listeners<T> {
  /** Answers how to stop. */
  add(listener: (change: T) => void): () => void;
  /** Tells all of them; one that throws is logged and disturbs neither the others nor the caller. */
  tell(change: T): void;
}

export function createListeners<T>(log: Logger): Listeners<T> {
  const listeners = new Set<(change: T) => void>();
  return {
    add(listener) {
      // A wrapper of its own, so that adding one function twice gives two that end separately.
      const own = (change: T): void => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(change) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          log.error({ cause: messageOf(error) }, "A listener threw.");
        }
      }
    },
  };
}
