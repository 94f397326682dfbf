import type { Clock } from "@signalbox/core";
import { networkOf } from "./network-of.ts";

/** How many tries there may be in `perMs`. */
export interface TryLimit {
  readonly tries: number;
  readonly perMs: number;
}

/** Networks that are kept in mind; of more, those that tried longest ago are forgotten. */
const mostNetworks = 10_000;

/** Counts tries by address, each in a window of its own; the addresses of an IPv6 network share one. */
export class TryLimiter {
  readonly #limit: TryLimit;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { since: number; count: number }>();

  constructor(limit: TryLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Counts a try; answers in how many milliseconds the next one is allowed, 0 where this one was. */
  take(address: string): number {
    const waitMs = this.waitMs(address);
    if (waitMs > 0) return waitMs;
    const network = networkOf(address);
    const known = this.#current(network);
    if (known === undefined) this.#begin(network);
    else known.count += 1;
    return 0;
  }

  /** In how many milliseconds a try is allowed; 0 for now. */
  waitMs(address: string): number {
    const known = this.#current(networkOf(address));
    if (known === undefined || known.count < this.#limit.tries) return 0;
    return known.since + this.#limit.perMs - this.#clock.monotonic();
  }

  #current(network: string): { since: number; count: number } | undefined {
    const known = this.#windows.get(network);
    if (known === undefined || this.#clock.monotonic() - known.since < this.#limit.perMs) return known;
    this.#windows.delete(network);
    return undefined;
  }

  #begin(network: string): void {
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= mostNetworks && oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.set(network, { since: this.#clock.monotonic(), count: 1 });
  }
}
