import type { Clock, Timer } from "@signalbox/core";

/** Who goes first when requests wait: commands before back-fill before inventory (delivery.md, rule 13). */
export type Priority = "command" | "backfill" | "inventory";

const priorities: readonly Priority[] = ["command", "backfill", "inventory"];

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Waiter {
  readonly grant: () => void;
}

/** The token bucket of one API key: at most `perSecond` requests a second on average, `burst` at once. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  readonly #waiting: Record<Priority, Set<Waiter>> = { command: new Set(), backfill: new Set(), inventory: new Set() };
  #tokens: number;
  #filledAt: number | undefined;
  #closedUntil = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
  }

  /** Requests waiting for their turn. */
  get waiting(): number {
    return priorities.reduce((sum, each) => sum + this.#waiting[each].size, 0);
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
      this.#serve();
    });
  }

  /** akenza says how many requests are left (`X-RateLimit-Remaining`); others may share the key. */
  hasLeft(remaining: number): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, Math.max(0, remaining));
  }

  /** akenza answered 429: nothing goes out for `delayMs`. */
  closeFor(delayMs: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.monotonic() + delayMs);
    this.#refill();
    this.#tokens = 0;
    this.#serve();
  }

  #serve(): void {
    this.#refill();
    while (this.#tokens >= 1) {
      const next = this.#next();
      if (next === undefined) return;
      this.#tokens -= 1;
      next.grant();
    }
    if (this.waiting > 0) this.#arm();
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

  #refill(): void {
    const now = this.#clock.monotonic();
    const from = Math.max(this.#filledAt ?? now, this.#closedUntil);
    this.#filledAt ??= now;
    if (now <= from) return;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + ((now - from) * this.#limit.perSecond) / 1000);
    this.#filledAt = now;
  }

  #arm(): void {
    const now = this.#clock.monotonic();
    const openInMs = Math.max(0, this.#closedUntil - now);
    const delayMs = openInMs + ((1 - this.#tokens) * 1000) / this.#limit.perSecond;
    this.#timer?.cancel();
    // Rounded up: a timer that is a fraction early would find no whole token.
    this.#timer = this.#clock.setTimer(() => this.#serve(), Math.ceil(delayMs));
  }
}
