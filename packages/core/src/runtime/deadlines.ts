import type { Clock, Timer } from "../clock.ts";

/** A started deadline; ending it in time keeps `expire` from being called. */
export interface Deadline {
  /** On the monotonic clock. */
  readonly startedAt: number;
  end(): void;
}

/** Deadlines of one length. */
export interface Deadlines {
  /** `expire` is called once the length has passed, unless the deadline is ended before. */
  start(expire: () => void): Deadline;
}

class Running implements Deadline {
  readonly startedAt: number;
  readonly at: number;
  readonly #onEnd: () => void;
  expire: (() => void) | undefined;

  constructor(startedAt: number, lengthMs: number, expire: () => void, onEnd: () => void) {
    this.startedAt = startedAt;
    this.at = startedAt + lengthMs;
    this.expire = expire;
    this.#onEnd = onEnd;
  }

  end(): void {
    this.expire = undefined;
    this.#onEnd();
  }
}

/**
 * Deadlines that are all equally long, so that the first to start is the first to expire: one timer for any number of
 * them, instead of one per message.
 */
export function createDeadlines(clock: Clock, lengthMs: number): Deadlines {
  let running: Running[] = [];
  let head = 0;
  let timer: Timer | undefined;

  // What ended lies at the head sooner or later; without this a busy sink would keep `lengthMs` worth of it.
  function trim(): void {
    while (head < running.length && running[head]?.expire === undefined) head += 1;
    if (head * 2 < running.length) return;
    running = running.slice(head);
    head = 0;
  }

  function arm(): void {
    const first = running[head];
    if (timer !== undefined || first === undefined) return;
    timer = clock.setTimer(sweep, first.at - clock.monotonic());
  }

  function sweep(): void {
    timer = undefined;
    const now = clock.monotonic();
    for (let at = head; at < running.length; at += 1) {
      const each = running[at];
      if (each === undefined || each.at > now) break;
      const { expire } = each;
      each.expire = undefined;
      expire?.();
    }
    trim();
    arm();
  }

  return {
    start(expire) {
      const started = new Running(clock.monotonic(), lengthMs, expire, trim);
      running.push(started);
      arm();
      return started;
    },
  };
}
