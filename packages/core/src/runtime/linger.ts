import type { Clock, Timer } from "../clock.ts";
import type { BatchOptions } from "../config/model.ts";

/** Says whether a queue still waits for the last members of its batch. */
export interface Linger {
  /** Whether a queue of `size` messages is to wait on; starts the wait when it begins. */
  holds(size: number): boolean;
}

/** A batch that the author sized waits `linger` at most, from its first message on; `onOver` is called then. */
export function createLinger(batch: BatchOptions | undefined, clock: Clock, onOver: () => void): Linger {
  let timer: Timer | undefined;
  let isOver = false;
  return {
    holds(size) {
      if (batch === undefined || batch.lingerMs === 0 || isOver || size >= batch.count) {
        isOver = false;
        timer?.cancel();
        timer = undefined;
        return false;
      }
      timer ??= clock.setTimer(() => {
        timer = undefined;
        isOver = true;
        onOver();
      }, batch.lingerMs);
      return true;
    },
  };
}
