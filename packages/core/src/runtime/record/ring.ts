/** The latest things, up to a capacity: a thing that comes in takes the place of the oldest. */
export class Ring<T> {
  #items: T[] = [];
  #next = 0;
  #capacity: number;

  /** `capacity`: at least 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items[this.#next] = item;
    this.#next += 1;
    if (this.#next === this.#capacity) this.#next = 0;
  }

  newestFirst(): readonly T[] {
    const { length } = this.#items;
    const inOrder = length < this.#capacity ? this.#items : [...this.#items.slice(this.#next), ...this.#items];
    return inOrder.slice(0, length).reverse();
  }

  /** From now on there is room for `capacity` of them. */
  resize(capacity: number): void {
    this.#refill(capacity, capacity);
  }

  /** Forgets all but the newest `count`; the room stays. */
  keep(count: number): void {
    this.#refill(count, this.#capacity);
  }

  #refill(count: number, capacity: number): void {
    this.#items = this.newestFirst().slice(0, Math.min(count, capacity)).reverse();
    this.#capacity = capacity;
    this.#next = this.#items.length === capacity ? 0 : this.#items.length;
  }
}
