import type { Clock } from "@signalbox/core";
import type { Consumer } from "../routing/consumer.ts";

/** How long a reading waits for room before it lets other devices have its place. */
const patienceMs = 5_000;

/**
 * The room of a pipeline for samples of history: at most half of it, so that live samples of other devices still find
 * some. A pipeline whose live samples do not fit is taken off the socket, and everything would end up in history.
 */
export class Room {
  readonly #consumer: Consumer;
  readonly #clock: Clock;
  readonly #limit: number;
  #occupied = 0;
  #waiters: (() => void)[] = [];
  #onFree: (() => void) | undefined;
  #isClosed = false;

  constructor(consumer: Consumer, clock: Clock) {
    this.#consumer = consumer;
    this.#clock = clock;
    this.#limit = Math.max(1, Math.floor(consumer.capacity / 2));
  }

  get isFree(): boolean {
    return !this.#isClosed && !this.#consumer.isFull && this.#occupied < this.#limit;
  }

  /** One more message of history is on its way; the answer is to be called when it has settled. */
  occupy(): () => void {
    this.#occupied += 1;
    return () => {
      this.#occupied -= 1;
      this.changed();
    };
  }

  /** Resolves with true when there is room; false when there was none for a while, or the signal aborted. */
  async wait(signal: AbortSignal): Promise<boolean> {
    if (this.isFree) return true;
    const deadline = this.#clock.monotonic() + patienceMs;
    const look = (): void => this.#wake();
    const timer = this.#clock.setTimer(look, patienceMs);
    signal.addEventListener("abort", look, { once: true });
    while (!this.isFree && !this.#isClosed && !signal.aborted && this.#clock.monotonic() < deadline) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    timer.cancel();
    signal.removeEventListener("abort", look);
    return this.isFree && !signal.aborted;
  }

  /** Calls `run` once there is room again. One at a time: the last one counts. */
  whenFree(run: () => void): void {
    this.#onFree = run;
    this.changed();
  }

  /** Something may have become free. */
  changed(): void {
    if (!this.isFree) return;
    if (this.#waiters.length > 0) this.#wake();
    const onFree = this.#onFree;
    this.#onFree = undefined;
    onFree?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
