/** First in, first out. */
export class Fifo<T> {
  // Shifting an array one by one is quadratic for a long queue: what is spent stays until it is half of all.
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first out; undefined when there is none. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    // What is spent is not kept alive.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) this.#items.length = 0;
    else if (this.#head * 2 > this.#items.length) this.#items = this.#items.slice(this.#head);
    else return item;
    this.#head = 0;
    return item;
  }

  /** Takes up to `count` of the first out, and adds them to `taken`. */
  moveTo(taken: T[], count: number): void {
    for (let left = Math.min(count, this.size); left > 0; left -= 1) {
      const item = this.shift();
      if (item !== undefined) taken.push(item);
    }
  }
}
