import { type Logger, messageOf } from "@signalbox/core";

/** Says once that the store is away and once that it is back, however many commands notice. */
export interface Outage {
  readonly down: (cause: unknown) => void;
  readonly up: () => void;
}

/** `place` is the store in words for the log, without credentials. */
export function createOutage(log: Logger, place: string): Outage {
  let since: number | undefined;
  return {
    down(cause) {
      if (since !== undefined) return;
      since = performance.now();
      log.warn({ store: place, cause: messageOf(cause) }, "The store does not answer; trying to reach it again.");
    },
    up() {
      if (since === undefined) return;
      const awayMs = Math.round(performance.now() - since);
      since = undefined;
      log.info({ store: place, awayMs }, "The store answers again.");
    },
  };
}
