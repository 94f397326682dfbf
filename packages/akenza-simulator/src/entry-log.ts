/**
 * A bounded record of what happened, oldest first. `total` counts everything ever appended, kept or not.
 * The waiting functions look at what is already there before they wait, so that a test cannot miss an entry.
 */
export interface EntryLog<T> {
  /** A copy of the kept entries, oldest first. */
  readonly entries: readonly T[];
  readonly total: number;
  /** How many entries were let go to keep the bound. */
  readonly dropped: number;
  /** Resolves with the first entry, kept or future, that satisfies the predicate; rejects when the signal aborts. */
  waitFor(predicate: (entry: T) => boolean, signal?: AbortSignal): Promise<T>;
  /** Resolves once `total` is at least `count`. */
  waitForTotal(count: number, signal?: AbortSignal): Promise<void>;
  /** Forgets the kept entries; `total` stays. */
  clear(): void;
}

export class BoundedLog<T> implements EntryLog<T> {
  readonly #limit: number;
  readonly #activity: Activity;
  #kept: T[] = [];
  total = 0;

  constructor(limit: number, activity: Activity) {
    this.#limit = limit;
    this.#activity = activity;
  }

  get entries(): readonly T[] {
    return this.#kept.slice(-this.#limit);
  }

  get dropped(): number {
    return this.total - Math.min(this.#kept.length, this.#limit);
  }

  append(entry: T): void {
    // Cutting only now and then keeps an append at constant cost.
    if (this.#kept.length >= this.#limit * 2) this.#kept = this.#kept.slice(-this.#limit);
    this.#kept.push(entry);
    this.total += 1;
    this.#activity.notify();
  }

  async waitFor(predicate: (entry: T) => boolean, signal?: AbortSignal): Promise<T> {
    let seen = this.total - this.#kept.length;
    let found: T | undefined;
    await this.#activity.until(() => {
      const fresh = this.#kept.slice(Math.max(0, this.#kept.length - (this.total - seen)));
      seen = this.total;
      found = fresh.find(predicate);
      return found !== undefined;
    }, signal);
    return found as T;
  }

  waitForTotal(count: number, signal?: AbortSignal): Promise<void> {
    return this.#activity.until(() => this.total >= count, signal);
  }

  clear(): void {
    this.#kept = [];
  }
}

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** Wakes whoever waits for a condition: conditions are looked at again whenever something happened. */
export class Activity {
  readonly #waiters = new Set<Waiter>();

  notify(): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of this.#waiters) this.#settle(waiter);
  }

  until(isMet: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = () => {
        waiter.reject(signal?.reason);
      };
      const waiter: Waiter = {
        isMet,
        resolve: () => {
          signal?.removeEventListener("abort", abort);
          this.#waiters.delete(waiter);
          resolve();
        },
        reject: (cause) => {
          signal?.removeEventListener("abort", abort);
          this.#waiters.delete(waiter);
          reject(cause);
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
      this.#settle(waiter);
    });
  }

  /** Ends every wait: nothing will happen any more. */
  end(cause: Error): void {
    for (const waiter of this.#waiters) waiter.reject(cause);
  }

  #settle(waiter: Waiter): void {
    try {
      if (waiter.isMet()) waiter.resolve();
    } catch (cause) {
      waiter.reject(cause);
    }
  }
}
