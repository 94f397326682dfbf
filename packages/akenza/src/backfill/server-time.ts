import type { Clock } from "@signalbox/core";
import { canonicalTimestamp, msOf } from "../timestamp.ts";

/** akenza's clock, as far as its frames tell it: the two need not agree, and dates stored are akenza's. */
export class ServerTime {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a frame's time into account; akenza spells the field either way. */
  note(frame: Readonly<Record<string, unknown>>): void {
    const text = frame.timeStamp ?? frame.timestamp;
    const time = typeof text === "string" ? canonicalTimestamp(text) : undefined;
    if (time !== undefined) this.#aheadMs = msOf(time) - this.#clock.now();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  /** A time of akenza's as our clock would have it. */
  ours(timeMs: number): number {
    return timeMs - this.#aheadMs;
  }

  /** A time of our clock as akenza would have it. */
  theirs(timeMs: number): number {
    return timeMs + this.#aheadMs;
  }
}
