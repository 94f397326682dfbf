/** A running timer of a Clock. */
export interface Timer {
  cancel(): void;
}

/**
 * The only way this project reads or waits for time, so that tests and simulations can own it.
 * All times are milliseconds: `now` since the Unix epoch, `monotonic` since an arbitrary start, never stepping back.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls `run` once after `delayMs`. A pending timer does not keep the process alive. */
  setTimer(run: () => void, delayMs: number): Timer;
}

// setTimeout fires at once for a delay beyond 2^31-1 ms, which a schedule three weeks ahead would hit.
const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(run, delayMs) {
    let handle: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const slice = Math.min(remainingMs, longestTimeoutMs);
      handle = setTimeout(() => (remainingMs > slice ? arm(remainingMs - slice) : run()), slice);
      handle.unref();
    };
    arm(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `delayMs`; at once when `signal` aborts (callers look at the signal: an abort is not an error here). */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.setTimer(end, delayMs);
    signal?.addEventListener("abort", end, { once: true });
  });
}
