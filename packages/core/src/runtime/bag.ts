/**
 * Some objects, few at a time, each here for a short while. A Set would let a busy engine's heap grow: each table it has
 * outgrown points to the next one, so that one in the old generation keeps everything alive that came after it.
 */
export class Bag<T> implements Iterable<T> {
  readonly #items: T[] = [];

  add(item: T): void {
    this.#items.push(item);
  }

  remove(item: T): void {
    const index = this.#items.indexOf(item);
    if (index < 0) return;
    const last = this.#items.pop();
    if (last !== undefined && index < this.#items.length) this.#items[index] = last;
  }

  /** Those that are here now: they may be removed meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#items].values();
  }
}
