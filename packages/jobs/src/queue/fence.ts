import type { Clock, Timer } from "@signalbox/core";

/** Watches over the locks of the jobs that run here. */
export interface Fence {
  /** From now on a lock is held on the job; `signal` aborts when it is lost. */
  hold(id: string): { readonly signal: AbortSignal; release(): void };
  renewed(ids: readonly string[]): void;
  lost(ids: readonly string[]): void;
  close(): void;
}

interface Hold {
  readonly abort: AbortController;
  renewedAt: number;
}

const checkMs = 500;

/**
 * BullMQ says when a lock is lost, but not while the store is away: then a job counts as lost, here, once its lock must have
 * run out there. `lockMs` is how long a lock lasts.
 */
export function createFence(clock: Clock, lockMs: number): Fence {
  const holds = new Map<string, Hold>();
  let timer: Timer | undefined;

  function check(): void {
    timer = undefined;
    const now = clock.monotonic();
    for (const { abort, renewedAt } of holds.values()) {
      if (now - renewedAt > lockMs - checkMs) abort.abort();
    }
    arm();
  }

  function arm(): void {
    if (holds.size > 0) timer ??= clock.setTimer(check, checkMs);
  }

  return {
    hold(id) {
      const hold: Hold = { abort: new AbortController(), renewedAt: clock.monotonic() };
      holds.set(id, hold);
      arm();
      const release = (): void => {
        if (holds.get(id) === hold) holds.delete(id);
      };
      return { signal: hold.abort.signal, release };
    },
    renewed(ids) {
      for (const id of ids) {
        const hold = holds.get(id);
        if (hold !== undefined) hold.renewedAt = clock.monotonic();
      }
    },
    lost(ids) {
      for (const id of ids) holds.get(id)?.abort.abort();
    },
    close() {
      timer?.cancel();
      holds.clear();
    },
  };
}
