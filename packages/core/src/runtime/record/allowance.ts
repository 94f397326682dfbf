// Bounds what those who watch an engine may take of its time: their expressions run beside its pipelines.
import { type Clock, sleep } from "../../clock.ts";

export interface AllowanceOptions {
  readonly clock: Clock;
  /** Of the time that passes. */
  readonly share: number;
  /** What may be spent at once, in milliseconds. */
  readonly atOnceMs: number;
}

/** A share of the time, for all who work under it together: one after the other, and a pause after what took long. */
export class Allowance {
  readonly #options: AllowanceOptions;
  #leftMs: number;
  #knownAt: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AllowanceOptions) {
    this.#options = options;
    this.#leftMs = options.atOnceMs;
    this.#knownAt = options.clock.monotonic();
  }

  /** Does some work as soon as there is time for it; not at all, and undefined, where the signal aborts before. */
  spend<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const done = this.#turn.then(() => this.#spend(work, signal));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #spend<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const { clock, share } = this.#options;
    while (!signal.aborted && this.#left() <= 0) await sleep(clock, 1 - this.#leftMs / share, signal);
    if (signal.aborted) return undefined;
    const begunAt = clock.monotonic();
    try {
      return await work();
    } finally {
      this.#leftMs -= clock.monotonic() - begunAt;
    }
  }

  #left(): number {
    const { clock, share, atOnceMs } = this.#options;
    const now = clock.monotonic();
    this.#leftMs = Math.min(atOnceMs, this.#leftMs + (now - this.#knownAt) * share);
    this.#knownAt = now;
    return this.#leftMs;
  }
}
