// What one evaluation may still use: time, depth, text, items. One budget serves all compiled evaluations of the process,
// since they are synchronous and so never overlap; one inside another (a caller's function that evaluates) keeps its own.
import { getHeapStatistics } from "node:v8";
import { defaultLimits, heapAllowance, textAllowance, type Limits } from "../limits.ts";
import { raiseLimit } from "./raise.ts";

/** Turns of loops and calls between two looks at the clock: tens of microseconds of work. */
const turnsPerLook = 1000;

export interface Saved {
  readonly limits: Readonly<Limits>;
  readonly turns: number;
  readonly depth: number;
  readonly bytes: number;
  readonly sequences: number;
  readonly at: number;
  readonly deadline: number;
  readonly lastLook: number;
  readonly heapAtStart: number;
  readonly timestamp: number | undefined;
}

export class Budget {
  limits: Readonly<Limits> = defaultLimits;
  /** Turns left before the next look. Counted down by loops and calls: `if (--budget.turns < 0) budget.look()`. */
  turns = turnsPerLook;
  /** Open evaluations of syntax nodes, as far as calls open them. */
  depth = 0;
  /** Bytes of text and of contents of containers made so far, approximately. */
  bytes = 0;
  /** Sequences made so far, whose marks a result must not carry out. */
  sequences = 0;
  /** The time `timestamp` gives, where an evaluation is run again. */
  startedAt: number | undefined;
  /** Position of the call that is being made; -1 when there was none. */
  at = -1;
  #deadline = 0;
  #lastLook = 0;
  #heapAtStart = 0;
  #timestamp: number | undefined;

  /** Begins an evaluation. */
  begin(limits: Readonly<Limits>): void {
    this.limits = limits;
    this.turns = turnsPerLook;
    this.depth = 0;
    this.bytes = 0;
    this.sequences = 0;
    this.at = -1;
    this.#deadline = 0;
    this.#timestamp = undefined;
  }

  /** The state of the evaluation that is going on, to be restored after another one inside it. */
  save(): Saved {
    const { limits, turns, depth, bytes, sequences, at } = this;
    const [deadline, lastLook, heapAtStart, timestamp] = [
      this.#deadline,
      this.#lastLook,
      this.#heapAtStart,
      this.#timestamp,
    ];
    return { limits, turns, depth, bytes, sequences, at, deadline, lastLook, heapAtStart, timestamp };
  }

  restore(saved: Saved): void {
    const { deadline, lastLook, heapAtStart, timestamp, ...counts } = saved;
    Object.assign(this, counts);
    this.#deadline = deadline;
    this.#lastLook = lastLook;
    this.#heapAtStart = heapAtStart;
    this.#timestamp = timestamp;
  }

  /** Throws LIMIT_TIME or LIMIT_MEMORY when the evaluation has had its share. The clock starts with the first look. */
  look(): void {
    this.turns = turnsPerLook;
    const now = Date.now();
    if (this.#deadline === 0) {
      this.#deadline = now + this.limits.timeMs;
      this.#heapAtStart = 0;
      this.#lastLook = now;
      return;
    }
    if (now > this.#deadline) raiseLimit("LIMIT_TIME");
    if (now === this.#lastLook) return;
    this.#lastLook = now;
    const heap = getHeapStatistics().used_heap_size;
    if (this.#heapAtStart === 0) this.#heapAtStart = heap;
    if (heap - this.#heapAtStart > heapAllowance) raiseLimit("LIMIT_MEMORY");
  }

  /** Charges many turns at once, for work that is known to be long. */
  spend(turns: number): void {
    this.turns -= turns;
    if (this.turns < 0) this.look();
  }

  /** Milliseconds this evaluation may still take. */
  remainingMs(): number {
    if (this.#deadline === 0) this.look();
    return this.#deadline - Date.now();
  }

  /** Charges a text that was made. Throws LIMIT_OUTPUT when it, or all of them, are too much. */
  text(length: number): void {
    this.bytes += length;
    const { outputBytes } = this.limits;
    if (length > outputBytes || this.bytes > outputBytes * textAllowance) raiseLimit("LIMIT_OUTPUT");
  }

  /** Throws LIMIT_SEQUENCE when an array or sequence of this length is too long. */
  items(length: number): void {
    if (length > this.limits.sequence) raiseLimit("LIMIT_SEQUENCE");
  }

  /** The time of this evaluation, the same whenever it is asked for: milliseconds since 1970. */
  timestamp(): number {
    return (this.#timestamp ??= this.startedAt ?? Date.now());
  }
}

export const budget = new Budget();
