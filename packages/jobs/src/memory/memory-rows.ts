import { compareText } from "./compare-text.ts";

interface Keyed {
  readonly key: string;
  readonly at: number;
}

/** Rows by key, and the same rows in order of (at, key). */
export class MemoryRows<R extends Keyed> {
  readonly #byKey = new Map<string, R>();
  readonly #ordered: R[] = [];

  get(key: string): R | undefined {
    return this.#byKey.get(key);
  }

  /** Oldest first. */
  all(): readonly R[] {
    return this.#ordered;
  }

  /** False when there is one of that key. */
  take(row: R): boolean {
    if (this.#byKey.has(row.key)) return false;
    this.#byKey.set(row.key, row);
    this.#ordered.splice(this.#position(row), 0, row);
    return true;
  }

  /** Puts a row in the place of the one with its key. */
  change(row: R): void {
    const old = this.#byKey.get(row.key);
    if (old?.at !== row.at) {
      this.drop(row.key);
      this.take(row);
      return;
    }
    this.#byKey.set(row.key, row);
    this.#ordered[this.#position(old)] = row;
  }

  /** False when there is none. */
  drop(key: string): boolean {
    const row = this.#byKey.get(key);
    if (row === undefined) return false;
    this.#byKey.delete(key);
    this.#ordered.splice(this.#position(row), 1);
    return true;
  }

  /** Where the row is, or belongs. */
  #position(row: R): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ordered[middle];
      const isBefore = other !== undefined && (other.at - row.at || compareText(other.key, row.key)) < 0;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
