import type { Clock } from "../clock.ts";

/**
 * Shares the event loop with others: whoever has many messages in hand asks after each whether its turn is over. Those who
 * share a turn end it together.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  #endsAt = 0;
  #next: Promise<void> | undefined;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  /** Undefined while the turn lasts; else resolves when others have had theirs. */
  over(): Promise<void> | undefined {
    if (this.#clock.monotonic() < this.#endsAt) return undefined;
    this.#next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#next = undefined;
        this.#endsAt = this.#clock.monotonic() + this.#lengthMs;
        resolve();
      });
    });
    return this.#next;
  }
}
