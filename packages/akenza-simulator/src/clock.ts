/** The only way the simulator learns the time; a test passes its own and moves it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `delayMs`; returns a function that cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** setTimeout fires at once when it is asked to wait longer. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number) => {
      const waitMs = Math.min(leftMs, LONGEST_TIMEOUT_MS);
      timer = setTimeout(() => (waitMs < leftMs ? arm(leftMs - waitMs) : callback()), waitMs);
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};

/** Another clock, whose timers set here can all be cancelled at once. */
export class OwnTimers implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const stop = this.#clock.setTimer(() => {
      this.#cancels.delete(cancel);
      callback();
    }, delayMs);
    const cancel = () => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
  }
}
