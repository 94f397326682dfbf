import { type Clock, type DurationCounts, Durations, type Timer } from "@signalbox/core";

const everyMs = 100;

/**
 * How late a timer comes: what else waits for the event loop waits as long. Counted into buckets rather than kept as a
 * percentile, so that any number of readers see the same, and a long halt is never missed.
 */
export class LoopDelay {
  readonly #clock: Clock;
  readonly #durations = new Durations();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    const dueAt = this.#clock.monotonic() + everyMs;
    this.#timer = this.#clock.setTimer(() => {
      this.#durations.add(this.#clock.monotonic() - dueAt);
      this.start();
    }, everyMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  snapshot(): DurationCounts {
    return this.#durations.snapshot();
  }
}
