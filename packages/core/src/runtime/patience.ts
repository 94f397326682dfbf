import type { Clock } from "../clock.ts";

export interface PatienceOptions {
  readonly clock: Clock;
  readonly lengthMs: number;
  /** Whether it still matters that nothing moves. */
  readonly isPressed: () => boolean;
  readonly onOver: () => void;
}

/** Notices that a sink whose messages hold its pipeline back has not ended a try for a while: one timer, whatever the load. */
export class Patience {
  readonly #options: PatienceOptions;
  #isWatching = false;
  #moves = 0;
  #isOver = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** True from the moment it ran out until something moves. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on a standstill matters. */
  watch(): void {
    if (this.#isWatching || this.#isOver) return;
    this.#isWatching = true;
    this.#wait();
  }

  /** A try has ended. */
  moved(): void {
    this.#moves += 1;
    this.#isOver = false;
  }

  // In two halves: a process that was held up for a while hears of its ends only after its timers.
  #wait(isHalfOver = false): void {
    const { clock, lengthMs, isPressed, onOver } = this.#options;
    const moves = this.#moves;
    clock.setTimer(() => {
      if (isPressed() && this.#moves !== moves) return this.#wait();
      if (isPressed() && !isHalfOver) return this.#wait(true);
      this.#isWatching = false;
      if (!isPressed()) return;
      this.#isOver = true;
      onOver();
    }, lengthMs / 2);
  }
}
