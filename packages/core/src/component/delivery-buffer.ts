import type { Delivery } from "../message.ts";

export interface DeliveryBufferOptions {
  /** Deliveries that may wait here; at least 1. */
  readonly capacity: number;
  /** Most deliveries in one batch; default 100. */
  readonly maxBatch?: number;
}

type Batch = readonly Delivery[];
type Pulled = IteratorResult<Batch, void>;

/**
 * From pushed to pulled, in bounded room: a source pushes what arrives, the pipeline pulls batches when it has room.
 * Costs an array slot per delivery and one promise per wait for an empty buffer; no timer, nothing per message.
 */
export class DeliveryBuffer {
  readonly #capacity: number;
  readonly #maxBatch: number;
  readonly #roomListeners = new Set<() => void>();
  #waiting: Delivery[] = [];
  /** The batch that the consumer has in its hands. */
  #handed: Delivery[] = [];
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
   * The deliveries in order, in batches of what has gathered; a batch is good until the next one is asked for. Ends when
   * `signal` aborts (what still waits stays, for the next call) or the buffer closes. One consumer at a time.
   */
  batches(signal: AbortSignal): AsyncIterableIterator<Batch, void, undefined> {
    return new Batches({
      begin: () => this.#begin(signal),
      gathered: () => this.#gathered(signal),
      change: () => new Promise((resolve) => (this.#wake = resolve)),
    });
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

  /** Lets a consumer in; answers how it leaves. */
  #begin(signal: AbortSignal): () => void {
    if (this.#isPulled) throw new Error("a delivery buffer has one consumer at a time");
    this.#isPulled = true;
    const wakeUp = (): void => this.#wakeUp();
    signal.addEventListener("abort", wakeUp, { once: true });
    return () => {
      signal.removeEventListener("abort", wakeUp);
      this.#wake = undefined;
      this.#isPulled = false;
    };
  }

  // Where messages are rare, the promise and the arrays through which one comes are old by then. What is old keeps the
  // message alive though both are done with, so that all of it would grow old: batches are emptied, and arrays used again.
  #gathered(signal: AbortSignal): Batch | "over" | undefined {
    this.#handed.length = 0;
    if (signal.aborted || this.#isClosed) return "over";
    return this.#waiting.length > 0 ? this.#take() : undefined;
  }

  #take(): Batch {
    const batch = this.#waiting.splice(0, this.#maxBatch);
    this.#handed = batch;
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

interface Supply {
  /** Lets the consumer in, or throws; answers how it leaves. */
  begin(): () => void;
  /** What has gathered: undefined while it is nothing, "over" when nothing more will be handed out. */
  gathered(): Batch | "over" | undefined;
  /** Resolves when `gathered` may answer otherwise; one waits at a time. */
  change(): Promise<void>;
}

/**
 * One consumer's view of a buffer. Not an async generator: ten thousand pipelines may wait at once, and a generator that
 * waits holds several times as much, made anew for each batch and old enough by then to burden the collection of garbage.
 */
class Batches implements AsyncIterableIterator<Batch, void, undefined> {
  readonly #supply: Supply;
  #leave: (() => void) | undefined;
  #isOver = false;

  constructor(supply: Supply) {
    this.#supply = supply;
  }

  next(): Promise<Pulled> {
    try {
      if (!this.#isOver) this.#leave ??= this.#supply.begin();
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve(this.#pull());
  }

  return(): Promise<Pulled> {
    return Promise.resolve(this.#end());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #pull = (): Pulled | Promise<Pulled> => {
    const batch = this.#isOver ? "over" : this.#supply.gathered();
    if (batch === "over") return this.#end();
    return batch === undefined ? this.#supply.change().then(this.#pull) : { done: false, value: batch };
  };

  #end(): Pulled {
    this.#isOver = true;
    this.#leave?.();
    this.#leave = undefined;
    return { done: true, value: undefined };
  }
}
