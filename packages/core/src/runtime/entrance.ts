import type { MessageCounter } from "./counts.ts";

/** Where messages enter a pipeline: one by one, while there is room, and none while it is held shut. */
export class Entrance {
  readonly #counter: MessageCounter;
  readonly #room: () => number;
  #isHeld = false;
  #waiters: (() => void)[] = [];

  /** `room`: how many messages may be in flight. */
  constructor(counter: MessageCounter, room: () => number) {
    this.#counter = counter;
    this.#room = room;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  hold(): void {
    this.#isHeld = true;
  }

  letGo(): void {
    this.#isHeld = false;
    this.ended();
  }

  /** Whether a message may enter now. Who has to wait asks again after each change. */
  get isOpen(): boolean {
    return !this.#isHeld && this.#counter.inFlight < this.#room();
  }

  /** Resolves when a message has ended, or the entrance is let go. */
  change(): Promise<void> {
    return new Promise((resolve) => void this.#waiters.push(resolve));
  }

  /** Resolves when nothing is in flight any more. */
  async empty(): Promise<void> {
    while (this.#counter.inFlight > 0) await this.change();
  }

  /** To be called when a message has ended. */
  readonly ended = (): void => {
    const waiters = this.#waiters;
    if (waiters.length === 0) return;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  };
}
