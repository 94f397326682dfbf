// A token bucket as functions of (bucket, now). Not here: who keeps it (own-supply.ts, shared-supply.ts).

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket as it stood at `at`. Times are milliseconds of one clock, whichever its keeper has. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
  /** The other side wants to be left alone until then; nothing is filled in meanwhile. */
  readonly closedUntil: number;
}

export function fullBucket(limit: RateLimit, now: number): Bucket {
  return { tokens: limit.burst, at: now, closedUntil: now };
}

/** The bucket at `now`; one from the future stays as it is. */
export function refill(bucket: Bucket, limit: RateLimit, now: number): Bucket {
  const { tokens, at, closedUntil } = bucket;
  if (now <= at) return bucket;
  const filledMs = Math.max(0, now - Math.max(at, closedUntil));
  return { tokens: Math.min(limit.burst, tokens + (filledMs * limit.perSecond) / 1000), at: now, closedUntil };
}

/** The other side's own count of what is left goes before ours, where it is less. */
export function capped(bucket: Bucket, left: number): Bucket {
  return { ...bucket, tokens: Math.min(bucket.tokens, Math.max(0, left)) };
}

export function closed(bucket: Bucket, until: number): Bucket {
  return { ...bucket, tokens: 0, closedUntil: Math.max(bucket.closedUntil, until) };
}

/** How long until the bucket has `count` tokens, in milliseconds. */
export function untilTokens(bucket: Bucket, limit: RateLimit, count: number): number {
  const missing = Math.max(0, Math.min(count, limit.burst) - bucket.tokens);
  if (missing === 0) return 0;
  return Math.max(0, bucket.closedUntil - bucket.at) + (missing * 1000) / limit.perSecond;
}
