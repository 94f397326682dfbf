import type { Delivery } from "../message.ts";

export interface DeliveryBufferOptions {
  /** Deliveries that may wait here; at least 1. */
  readonly capacity: number;
  /** Most deliveries in one batch; default 100. */
  readonly maxBatch?: number;
}

/**
 * From pushed to pulled, in bounded room: a source pushes what arrives, the pipeline pulls batches when it has room.
 * Costs an array slot per delivery and one promise per wait for an empty buffer; no timer, nothing per message.
 */
export class DeliveryBuffer {
  readonly #capacity: number;
  readonly #maxBatch: number;
  readonly #roomListeners = new Set<() => void>();
  #waiting: Delivery[] = [];
  #wake: (() => void) | undefined;
  #isFilled = false;
  #isPulled = false;
  #isClosed = false;

  constructor(options: DeliveryBufferOptions) {
    this.#capacity = Math.max(1, options.capacity);
    this.#maxBatch = Math.max(1, options.maxBatch ?? 100);
  }

  /** Deliveries waiting to be pulled. */
  get size(): number {
    return this.#waiting.length;
  }

  /** True when `push` would refuse. */
  get isFull(): boolean {
    return this.#isClosed || this.#waiting.length >= this.#capacity;
  }

  /** Takes a delivery at the tail; false, and nothing taken, when full or closed. */
  push(delivery: Delivery): boolean {
    if (this.#isClosed || this.#waiting.length >= this.#capacity) return false;
    this.#waiting.push(delivery);
    if (this.#waiting.length >= this.#capacity) this.#isFilled = true;
    if (this.#wake !== undefined) this.#wakeUp();
    return true;
  }

  /** Pushes as soon as there is room; false once the buffer is closed. For those who may wait, one by one. */
  async pushWhenRoom(delivery: Delivery): Promise<boolean> {
    while (!this.#isClosed) {
      if (this.push(delivery)) return true;
      await new Promise<void>((resolve) => {
        const stop = this.onRoom(() => {
          stop();
          resolve();
        });
      });
    }
    return false;
  }

  /**
   * Calls `listener` each time a buffer that had been full is down to half its capacity: early enough to keep the
   * pipeline busy, late enough not to stop and start a socket per message. Answers how to stop.
   */
  onRoom(listener: () => void): () => void {
    this.#roomListeners.add(listener);
    return () => this.#roomListeners.delete(listener);
  }

  /**
   * The deliveries in order, in batches of what has gathered. Ends when `signal` aborts (what still waits stays, for the
   * next call) or the buffer closes. One consumer at a time.
   */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly Delivery[], void, undefined> {
    if (this.#isPulled) throw new Error("a delivery buffer has one consumer at a time");
    this.#isPulled = true;
    const wakeUp = (): void => this.#wakeUp();
    signal.addEventListener("abort", wakeUp, { once: true });
    try {
      while (!signal.aborted && !this.#isClosed) {
        if (this.#waiting.length > 0) yield this.#take();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", wakeUp);
      this.#wake = undefined;
      this.#isPulled = false;
    }
  }

  /** Takes no more and hands back what was not pulled, with `cause`. Idempotent. */
  close(cause: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const left = this.#waiting;
    this.#waiting = [];
    // Whoever waits for room learns that there will be none.
    for (const listener of this.#roomListeners) listener();
    this.#roomListeners.clear();
    this.#wakeUp();
    for (const delivery of left) delivery.nack(cause);
  }

  #take(): readonly Delivery[] {
    let batch = this.#waiting;
    if (batch.length <= this.#maxBatch) this.#waiting = [];
    else batch = this.#waiting.splice(0, this.#maxBatch);
    if (this.#isFilled && this.#waiting.length <= this.#capacity / 2) {
      this.#isFilled = false;
      for (const listener of this.#roomListeners) listener();
    }
    return batch;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
