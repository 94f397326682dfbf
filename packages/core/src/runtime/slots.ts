/** The tries that a sink may have under way at once; whoever waits for one gets the next that is given back, in order. */
export class Slots {
  readonly #count: number;
  readonly #onFree: () => void;
  readonly #waiters: (() => void)[] = [];
  #taken = 0;

  /** `onFree` is called when one was given back and nobody waited for it. */
  constructor(count: number, onFree: () => void) {
    this.#count = count;
    this.#onFree = onFree;
  }

  get areAllFree(): boolean {
    return this.#taken === 0;
  }

  get isOneFree(): boolean {
    return this.#taken < this.#count;
  }

  /** Takes a free one; only when there is one. */
  take(): void {
    this.#taken += 1;
  }

  async wait(): Promise<void> {
    if (this.isOneFree) this.take();
    // The slot counts as taken while it changes hands.
    else await new Promise<void>((given) => this.#waiters.push(given));
  }

  give(): void {
    const next = this.#waiters.shift();
    if (next !== undefined) return next();
    this.#taken -= 1;
    this.#onFree();
  }
}
