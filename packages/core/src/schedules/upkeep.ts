// Looks after the tick ledger now and then. Not here: what is forgotten (prune.ts).
import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";

export interface UpkeepOptions {
  readonly keepUp: () => Promise<void>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: Timer | undefined;
  #round: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** One round now, and the others after it. */
  async open(): Promise<void> {
    const { keepUp, everyMs, clock, log } = this.#options;
    try {
      await keepUp();
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "The tick ledger could not be pruned; it is tried again later.");
    }
    if (this.#isClosed) return;
    this.#timer = clock.setTimer(() => {
      this.#round = this.open();
    }, everyMs);
  }

  /** Waits for the round that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#round;
  }
}
