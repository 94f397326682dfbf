import type { Clock } from "@signalbox/core";
import { canonicalTimestamp, msOf } from "../timestamp.ts";

/**
 * akenza's clock, as far as its frames tell it: the two need not agree, and dates stored are akenza's. Between frames it goes
 * on by our monotonic clock: one who sets the wall clock does not set akenza's, and history would be taken for read.
 */
export class ServerTime {
  readonly #clock: Clock;
  /** How far akenza's time is ahead of our monotonic clock; undefined until it has told its time. */
  #aheadMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a frame's time into account; akenza spells the field either way. */
  note(frame: Readonly<Record<string, unknown>>): void {
    const text = frame.timeStamp ?? frame.timestamp;
    const time = typeof text === "string" ? canonicalTimestamp(text) : undefined;
    if (time !== undefined) this.#aheadMs = msOf(time) - this.#clock.monotonic();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    if (this.#aheadMs === undefined) return this.#clock.now();
    return Math.floor(this.#clock.monotonic() + this.#aheadMs);
  }

  /** A time of akenza's as our wall clock would have it. */
  ours(timeMs: number): number {
    return timeMs + this.#clock.now() - this.now();
  }

  /** A time of our wall clock as akenza would have it. */
  theirs(timeMs: number): number {
    return timeMs + this.now() - this.#clock.now();
  }
}
