import type { Clock } from "../../clock.ts";
import { isWithinShare } from "./ids.ts";

/** Trace ids that are remembered for what is told of them later. */
const mostWanted = 1_000;

/** Which traces are exported: a share of them, those that something went wrong with, and for a while all of them. */
export class Sampling {
  readonly share: number;
  readonly #clock: Clock;
  /** Times since the epoch between which all are sampled; the latest such span. */
  #all = { from: 0, until: 0 };
  readonly #wanted = new Set<string>();

  constructor(share: number, clock: Clock) {
    this.share = share;
    this.#clock = clock;
  }

  /** Decides for a trace that begins at `at` (since the epoch). */
  begins(traceId: string, at?: number): boolean {
    return this.isAll(at) || isWithinShare(traceId, this.share);
  }

  /** Whether everything is sampled at a time, by default now. */
  isAll(at?: number): boolean {
    const { from, until } = this.#all;
    if (until === 0) return false;
    const then = at ?? this.#clock.now();
    return then < until && then >= from;
  }

  /** Samples everything for so long from now on; 0 ends it. */
  takeAll(forMs: number): void {
    const now = this.#clock.now();
    const from = this.isAll(now) ? this.#all.from : now;
    this.#all = { from, until: now + forMs };
  }

  /** Until when everything is sampled; undefined where it is not. */
  get allUntil(): number | undefined {
    return this.isAll() ? this.#all.until : undefined;
  }

  /** Something went wrong: what else is told of the trace is wanted, too. */
  want(traceId: string): void {
    this.#wanted.delete(traceId);
    this.#wanted.add(traceId);
    const oldest = this.#wanted.values().next();
    if (this.#wanted.size > mostWanted && oldest.done !== true) this.#wanted.delete(oldest.value);
  }

  isWanted(traceId: string): boolean {
    return this.#wanted.size > 0 && this.#wanted.has(traceId);
  }
}
