import type { Queue } from "./queue.ts";
import type { Store } from "./store.ts";

/** Where state lives and what wakes the engine; made by the jobs package. */
export interface Backend {
  readonly store: Store;
  readonly queue: Queue;
  /** In words, without secrets: `Redis at localhost:6379`. */
  describe(): string;
  /** Connection options for a database of this project's own; see Services. */
  localDatabase(): Promise<object>;
  /** Closes queue, store and local database. Idempotent. */
  close(): Promise<void>;
}
