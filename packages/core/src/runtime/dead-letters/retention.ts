import type { Clock, Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { LetterRows } from "./rows.ts";
import type { Tally } from "./tally.ts";

/** What is kept of dead letters, and how many are too many. */
export interface Keep {
  readonly keep: number;
  readonly maxAgeMs: number;
  readonly alarm: number;
}

export interface RetentionOptions {
  readonly rows: LetterRows;
  readonly tally: Tally;
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Logger;
}

const everyMs = 60_000;

/** Prunes dead letters by age and count from time to time, and tells the tally what the store holds. */
export class Retention {
  readonly #options: RetentionOptions;
  #timer: Timer | undefined;
  #run: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    await this.#prune();
    this.#arm();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#run;
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#run = this.#prune().then(() => this.#arm());
    }, everyMs);
  }

  async #prune(): Promise<void> {
    const { rows, tally, keep, clock, log } = this.#options;
    const { keep: most, maxAgeMs } = keep;
    try {
      const fell = -(await tally.change(
        async () => -(await rows.prune({ before: clock.now() - maxAgeMs, keep: most })),
      ));
      if (fell > 0) log.warn({ fell, keep: most, maxAgeMs }, "Dead letters were too old or too many and are gone.");
      await tally.correct(() => rows.count());
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "Dead letters could not be counted; they are in a minute.");
    }
  }
}
