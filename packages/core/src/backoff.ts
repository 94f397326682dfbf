/** How long to wait between tries. */
export interface Backoff {
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/**
 * The wait after `attempts` failed tries (1 after the first): doubling from `backoffMs` up to `maxBackoffMs`, of which the
 * upper half is drawn by chance, so that many who failed together do not come back together. `random` is in [0, 1).
 * A wait the other side asked for (`Retry-After`) is kept when it is longer.
 */
export function backoffDelayMs(attempts: number, backoff: Backoff, random: number, askedMs = 0): number {
  const full = Math.min(backoff.maxBackoffMs, backoff.backoffMs * 2 ** Math.min(attempts - 1, 40));
  return Math.max(askedMs, Math.round(full / 2 + (full / 2) * random));
}
