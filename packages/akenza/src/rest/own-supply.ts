import type { Clock } from "@signalbox/core";
import { type Demand, totalOf } from "./priority.ts";
import { type Bucket, capped, closed, fullBucket, type RateLimit, refill, untilTokens } from "./token-bucket.ts";
import type { Grant, TokenSupply } from "./token-supply.ts";

/** A token bucket of this process alone. */
export class OwnSupply implements TokenSupply {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  #bucket: Bucket | undefined;

  /** `bucket`: how it stands at first, in times of the monotonic clock; default full. */
  constructor(clock: Clock, limit: RateLimit, bucket?: Bucket) {
    this.#clock = clock;
    this.#limit = limit;
    this.#bucket = bucket;
  }

  /** What could be given out now. */
  get tokens(): number {
    return this.#now().tokens;
  }

  take(wants: Demand): Grant {
    const bucket = this.#now();
    const wanted = totalOf(wants);
    const tokens = Math.min(Math.floor(bucket.tokens), wanted);
    this.#bucket = { ...bucket, tokens: bucket.tokens - tokens };
    return { tokens, againInMs: tokens === wanted ? 0 : untilTokens(this.#bucket, this.#limit, 1) };
  }

  hasLeft(remaining: number): void {
    this.#bucket = capped(this.#now(), remaining);
  }

  closeFor(delayMs: number): void {
    this.#bucket = closed(this.#now(), this.#clock.monotonic() + delayMs);
  }

  close(): void {
    // It holds nothing.
  }

  #now(): Bucket {
    const now = this.#clock.monotonic();
    return (this.#bucket = refill(this.#bucket ?? fullBucket(this.#limit, now), this.#limit, now));
  }
}
