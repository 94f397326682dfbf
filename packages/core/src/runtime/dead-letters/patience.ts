import { type Clock, sleep } from "../../clock.ts";

/** How long an asker waits, for one thing or for several together. */
export interface Patience<T> {
  /** Resolves when it is over, or ended. */
  readonly over: Promise<void>;
  isOver(): boolean;
  /** What `work` resolves to, or the word for "not in time". */
  inTime(work: Promise<T>): Promise<T>;
  /** The asker has its answer. */
  end(): void;
}

export function createPatience<T>(clock: Clock, lengthMs: number, tooLate: T): Patience<T> {
  const ended = new AbortController();
  let isOver = false;
  const over = sleep(clock, lengthMs, ended.signal).then(() => void (isOver = true));
  return {
    over,
    isOver: () => isOver,
    inTime: (work) => Promise.race([work, over.then(() => tooLate)]),
    end: () => ended.abort(),
  };
}
