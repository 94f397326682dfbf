import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import { messageOf, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";

const backoff: Backoff = { backoffMs: 200, maxBackoffMs: 10_000 };

export interface Persistence {
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the engine's stop has run out of time. */
  readonly signal: AbortSignal;
}

/**
 * Runs a store operation until it succeeds: what must be kept stays in memory, and holds its pipeline back, for as long
 * as the store is away. Rejects only when `signal` aborts; the operation may have been carried out more than once.
 */
export async function persist<T>(
  what: string,
  operation: () => Promise<T>,
  { clock, log, signal }: Persistence,
): Promise<T> {
  let said: string | undefined;
  for (let attempts = 1; ; attempts += 1) {
    try {
      const result = await operation();
      if (attempts > 1) log.info({ attempts }, `The store took ${what} again.`);
      return result;
    } catch (error) {
      if (signal.aborted) throw error;
      // A refusal among failures to reach it is another story, and one that does not end by itself.
      const story = toSignalboxError(error, "STORE_REQUEST_REFUSED");
      if (said !== story.code) {
        said = story.code;
        const fields = { code: story.code, cause: messageOf(error) };
        if (story.isRetryable) log.warn(fields, `The store did not take ${what}; trying until it does.`);
        else log.error(fields, `The store refuses ${what}; trying until it does not.`);
      }
      await sleep(clock, backoffDelayMs(attempts, backoff, Math.random()), signal);
    }
  }
}
