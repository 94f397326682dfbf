/** Upper ends of the buckets, in milliseconds; what is longer falls into one more. */
export const durationBoundsMs: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
];

/** How long something took, by buckets: a snapshot of Durations. */
export interface DurationCounts {
  /** How many fell into each bucket of `durationBoundsMs` and no lower one; the last is for what was longer than all. */
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sumMs: number;
}

/** Counts durations into fixed buckets: a few comparisons each, and no memory beyond the first. */
export class Durations {
  readonly #buckets = new Float64Array(durationBoundsMs.length + 1);
  #count = 0;
  #sumMs = 0;

  /** What seems to have taken less than no time, as after a step of the wall clock, took none. */
  add(ms: number): void {
    const { length } = durationBoundsMs;
    let at = 0;
    while (at < length && ms > (durationBoundsMs[at] ?? Infinity)) at += 1;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
    this.#count += 1;
    if (ms > 0) this.#sumMs += ms;
  }

  snapshot(): DurationCounts {
    return { buckets: [...this.#buckets], count: this.#count, sumMs: this.#sumMs };
  }
}
