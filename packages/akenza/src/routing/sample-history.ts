import { isDeepStrictEqual } from "node:util";
import type { Sample } from "../socket/frames.ts";

/** How a sample stands to the latest of the same device and topic. */
export type Standing = "new" | "repeated" | "late";

const maxStreams = 20_000;

/**
 * The latest sample per device and topic. akenza's samples are unique by device, topic and time, so the same three with
 * the same data are the same sample: sent twice, or once per subscription that matches it. Data that differs is never
 * taken for a repetition.
 */
export class SampleHistory {
  readonly #latest = new Map<string, Sample>();
  readonly #maxStreams: number;

  /** `limit` bounds the memory: beyond it the device and topic first seen are forgotten; default 20,000. */
  constructor(limit: number = maxStreams) {
    this.#maxStreams = limit;
  }

  /** `stream` is the sample's device and topic as one text. */
  see(sample: Sample, stream: string): Standing {
    const latest = this.#latest.get(stream);
    if (latest === undefined) this.#makeRoom();
    else if (sample.timestamp < latest.timestamp) return "late";
    else if (sample.timestamp === latest.timestamp && isDeepStrictEqual(sample.body, latest.body)) return "repeated";
    this.#latest.set(stream, sample);
    return "new";
  }

  /** The latest samples, each of another device and topic. */
  latest(): Iterable<Sample> {
    return this.#latest.values();
  }

  #makeRoom(): void {
    if (this.#latest.size < this.#maxStreams) return;
    for (const first of this.#latest.keys()) {
      this.#latest.delete(first);
      return;
    }
  }
}
