import { durationBoundsMs } from "../../runtime/durations.ts";

/** Where what is longer than every bucket is taken to be. */
const longestMs = durationBoundsMs.at(-1) ?? 0;

/**
 * The `share` quantile (0.5, 0.99) of durations that were counted in buckets, in milliseconds, estimated as if they lay evenly
 * in their bucket; null where nothing was counted.
 */
export function quantileMs(buckets: readonly number[], share: number): number | null {
  const count = buckets.reduce((sum, each) => sum + each, 0);
  if (count === 0) return null;
  let left = share * count;
  for (const [at, inBucket] of buckets.entries()) {
    const to = durationBoundsMs[at] ?? longestMs;
    const from = at === 0 ? 0 : (durationBoundsMs[at - 1] ?? longestMs);
    if (inBucket > 0 && left <= inBucket) return rounded(from + ((to - from) * left) / inBucket);
    left -= inBucket;
  }
  return longestMs;
}

/** What came into each bucket since `before`. */
export function since(before: readonly number[] | undefined, now: readonly number[]): readonly number[] {
  return before === undefined ? now : now.map((count, at) => count - (before[at] ?? 0));
}

/** The buckets of several together. */
export function together(all: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...rest] = all;
  return rest.length === 0 ? first : first.map((count, at) => rest.reduce((sum, each) => sum + (each[at] ?? 0), count));
}

/** To three digits: an estimate needs no more, and each digit is sent every second. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
