import { createManualClock, type ManualClock } from "./manual-clock.ts";

/** Virtual time for code whose only waits are the clock's timers: nothing may be under way outside this process. */
export interface VirtualTime {
  readonly clock: ManualClock;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
  /** Moves on to `time` (milliseconds since the epoch), timer by timer, settling after each. */
  runUntil(time: number): Promise<void>;
}

export function createVirtualTime(startMs?: number): VirtualTime {
  const clock = createManualClock(startMs);

  // The event loop comes to an immediate only when no promise has anything left to do.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  async function runUntil(time: number): Promise<void> {
    await settle();
    for (;;) {
      const leftMs = time - clock.now();
      if (leftMs < 0) return;
      const nextMs = clock.nextTimer();
      if (nextMs === undefined || nextMs > leftMs) break;
      clock.advance(nextMs);
      await settle();
    }
    clock.advance(Math.max(0, time - clock.now()));
    await settle();
  }

  return { clock, settle, runUntil };
}
