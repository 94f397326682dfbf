import type { Queue } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import type { Plan } from "../schedules/contracts.ts";
import type { Skip } from "./test-kit.ts";

/** A store and its queue, open, for the suites of the ledgers. */
export interface LedgerFixture {
  readonly store: Store;
  readonly queue: Queue;
  /** Ends what the fixture started. */
  stop(): Promise<void>;
}

export interface LedgerSuite {
  readonly name: string;
  /** Why this store cannot be tested here; its tests are then reported as skipped. */
  readonly skip?: Skip | undefined;
  setup(): Promise<LedgerFixture>;
}

/** A plan with a time each `periodMs` since the epoch, moved by `offsetMs`. */
export function every(periodMs: number, offsetMs = 0): Plan {
  return {
    description: `every ${periodMs} ms at ${offsetMs} ms`,
    next: (after) => (Math.floor((after - offsetMs) / periodMs) + 1) * periodMs + offsetMs,
  };
}

/** Collects the changes that match until there are `count`. Ask before what leads to them begins. */
export function collect<T>(
  source: { onChange(listener: (change: T) => void): () => void },
  count: number,
  matches: (change: T) => boolean,
): Promise<readonly T[]> {
  return new Promise((resolve) => {
    const found: T[] = [];
    const stop = source.onChange((change) => {
      if (!matches(change)) return;
      found.push(change);
      if (found.length < count) return;
      stop();
      resolve(found);
    });
  });
}
