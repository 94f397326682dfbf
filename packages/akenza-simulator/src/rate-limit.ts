import type { Clock } from "./clock.ts";

export interface RateLimit {
  /** Requests added to the bucket each second. Default 10. */
  readonly perSecond: number;
  /** Requests the bucket holds when full. Default 25. */
  readonly burst: number;
  /** Whether a 429 carries Retry-After; akenza's own behaviour is not known. Default false. */
  readonly retryAfter?: boolean;
}

export interface RateVerdict {
  readonly isAllowed: boolean;
  /** X-RateLimit-Limit, -Remaining and -Reset, all integers; Reset is in seconds until the bucket is full. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One token bucket per API key, filled continuously. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  take(key: string): RateVerdict {
    const { perSecond, burst } = this.#limit;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens -= 1;
    const headers: Record<string, string> = {
      "x-ratelimit-limit": String(burst),
      "x-ratelimit-remaining": String(Math.floor(bucket.tokens)),
      "x-ratelimit-reset": String(Math.ceil((burst - bucket.tokens) / perSecond)),
    };
    if (!isAllowed && this.#limit.retryAfter) {
      headers["retry-after"] = String(Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)));
    }
    return { isAllowed, headers };
  }
}
