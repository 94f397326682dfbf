import type { Clock, Timer } from "@signalbox/core";
import { type Demand, priorities, type Priority } from "./priority.ts";
import type { Grant, TokenSupply } from "./token-supply.ts";

interface Waiter {
  readonly grant: () => void;
}

/** The lines of requests that wait for a token, one per priority. Where tokens come from is the supply's business. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #waiting: Record<Priority, Set<Waiter>> = { command: new Set(), backfill: new Set(), inventory: new Set() };
  #supply: TokenSupply;
  #isAsking = false;
  #timer: Timer | undefined;

  constructor(clock: Clock, supply: TokenSupply) {
    this.#clock = clock;
    this.#supply = supply;
  }

  /** Requests waiting for their turn. */
  get waiting(): number {
    return priorities.reduce((sum, each) => sum + this.#waiting[each].size, 0);
  }

  /** Takes tokens from elsewhere from now on. */
  use(supply: TokenSupply): void {
    this.#supply.close();
    this.#supply = supply;
  }

  /** Resolves when the request may go; rejects with the signal's reason when it aborts before. */
  take(priority: Priority, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting[priority].delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting[priority].add(waiter);
      this.#ask();
    });
  }

  hasLeft(remaining: number): void {
    this.#supply.hasLeft(remaining);
  }

  closeFor(delayMs: number): void {
    this.#supply.closeFor(delayMs);
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#ask();
  }

  /** Gives the supply up. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#supply.close();
  }

  /** While a timer runs there is nothing to be had: who comes meanwhile takes a place in line. */
  #ask(): void {
    if (this.#isAsking || this.#timer !== undefined || this.waiting === 0) return;
    const grant = this.#supply.take(this.#demand());
    if (!(grant instanceof Promise)) return this.#spend(grant);
    this.#isAsking = true;
    void grant.then((late) => {
      this.#isAsking = false;
      this.#spend(late);
    });
  }

  /** Whoever is first in line by now gets what was asked for when others were. */
  #spend({ tokens, againInMs }: Grant): void {
    for (let left = tokens; left > 0; left -= 1) this.#next()?.grant();
    if (this.waiting === 0) return;
    if (againInMs <= 0) return this.#ask();
    // Rounded up: a timer that is a fraction early would find no whole token.
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#ask();
    }, Math.ceil(againInMs));
  }

  #demand(): Demand {
    const { command, backfill, inventory } = this.#waiting;
    return { command: command.size, backfill: backfill.size, inventory: inventory.size };
  }

  #next(): Waiter | undefined {
    for (const priority of priorities) {
      for (const waiter of this.#waiting[priority]) {
        this.#waiting[priority].delete(waiter);
        return waiter;
      }
    }
    return undefined;
  }
}
