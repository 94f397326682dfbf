import type { Clock } from "../../clock.ts";
import type { Logger } from "../../log.ts";

/** How many dead letters wait for somebody, and whether that is too many. Part of the engine's status. */
export interface DeadLetterStatus {
  /** Undefined until the store has been asked. */
  readonly count: number | undefined;
  /** Present from the moment the threshold is reached until the count is a tenth below it. */
  readonly alarm?: { readonly since: string; readonly reason: string };
}

/** Knows the count without asking the store: what is added and removed here is told to it. */
export class Tally {
  readonly #alarmAt: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  #count: number | undefined;
  #changes = 0;
  #running = 0;
  #since: string | undefined;

  constructor(alarmAt: number, clock: Clock, log: Logger) {
    this.#alarmAt = alarmAt;
    this.#clock = clock;
    this.#log = log;
  }

  /** Carries out what adds letters to the store or removes some (a number below 0), and counts that. */
  async change(operation: () => Promise<number>): Promise<number> {
    this.#changes += 1;
    this.#running += 1;
    try {
      const change = await operation();
      // Before the first count nothing is known, and that will include these.
      if (this.#count !== undefined && change !== 0) this.#set(Math.max(0, this.#count + change));
      return change;
    } finally {
      this.#running -= 1;
    }
  }

  /** Takes over what the store counts, unless it changes meanwhile: nobody knows then what the count includes. */
  async correct(count: () => Promise<number>): Promise<void> {
    const changes = this.#changes;
    const isQuiet = this.#running === 0;
    const counted = await count();
    if (this.#count === undefined || (isQuiet && changes === this.#changes)) this.#set(counted);
  }

  status(): DeadLetterStatus {
    const count = this.#count;
    if (this.#since === undefined) return { count };
    const reason = `${count} dead letters wait, and ${this.#alarmAt} are alarming`;
    return { count, alarm: { since: this.#since, reason } };
  }

  #set(count: number): void {
    this.#count = count;
    this.#judge(count);
  }

  // Two thresholds, so that a count that wavers about one of them is not news each time.
  #judge(count: number): void {
    if (this.#since === undefined && count >= this.#alarmAt) {
      this.#since = new Date(this.#clock.now()).toISOString();
      this.#log.warn({ count, alarm: this.#alarmAt }, "Dead letters have piled up; see `signalbox dead-letters list`.");
    } else if (this.#since !== undefined && count < this.#alarmAt * 0.9) {
      this.#since = undefined;
      this.#log.info({ count, alarm: this.#alarmAt }, "There are no longer too many dead letters.");
    }
  }
}
