// The controls of an expression's evaluations: time, depth, sequence lengths, text and memory. Put into the reference's base
// frame at the start of each. Not here: the size of the result (plain.ts), built-in functions (bounded.ts).
import { getHeapStatistics } from "node:v8";
import { limitError } from "../errors.ts";
import { heapAllowance, textAllowance, type Limits } from "../limits.ts";
import type { Frame } from "./reference.ts";
import { guardedRegex } from "../runtime/regex.ts";

const nodesPerCheck = 16;
const pushesPerCheck = 1024;

export interface Metering {
  limits: Readonly<Limits>;
  /** Open evaluations allowed: the depth limit, and what the expression opens side by side. */
  openNodes: number;
}

/** The meter of the evaluation that a frame belongs to. */
export function meterOf(frame: Frame): Meter {
  const { options } = frame.base;
  if (options instanceof Meter) return options;
  throw new Error("this function is called outside of an evaluation");
}

/**
 * One meter serves the evaluations of an expression one after another, as they come: making its closures anew each time
 * would cost more than they do. One that was stopped is never used again.
 */
export class Meter {
  readonly limits: Readonly<Limits>;
  /** The reference asks its options for this. */
  readonly sequence: number;
  readonly #openNodes: number;
  readonly #createSequence: Frame["createSequence"];
  readonly #regexEngine: unknown;
  #deadline = 0;
  #nodes = 0;
  #text = 0;
  #heapAtStart = 0;
  #lastLook = 0;
  #isStopped = false;

  constructor({ limits, openNodes }: Metering) {
    this.limits = limits;
    this.sequence = limits.sequence;
    this.#openNodes = openNodes;
    this.#createSequence = sequences(this);
    this.#regexEngine = guardedRegex(this);
  }

  /** Begins an evaluation, of which this is the base frame. */
  start(frame: Frame): void {
    this.#lastLook = Date.now();
    this.#deadline = this.#lastLook + this.limits.timeMs;
    this.#nodes = 0;
    this.#text = 0;
    this.#heapAtStart = 0;
    frame.options = this;
    frame.createSequence = this.#createSequence;
    frame.RegexEngine = this.#regexEngine;
    frame.guardrails = () => {
      if (frame.depth > this.#openNodes) throw limitError("LIMIT_DEPTH");
      if (++this.#nodes % nodesPerCheck === 0 || this.#isStopped) this.check();
    };
  }

  /** Throws LIMIT_TIME or LIMIT_MEMORY when this evaluation has had its share. Cheap enough for every turn of a loop. */
  check(): void {
    const now = Date.now();
    if (this.#isStopped || now > this.#deadline) throw limitError("LIMIT_TIME");
    if (now === this.#lastLook) return;
    this.#lastLook = now;
    const heap = getHeapStatistics().used_heap_size;
    // The first look is the mark: an evaluation shorter than a millisecond, which is nearly every one, never looks.
    if (this.#heapAtStart === 0) this.#heapAtStart = heap;
    if (heap - this.#heapAtStart > heapAllowance) throw limitError("LIMIT_MEMORY");
  }

  /** Counts a text made by the expression, in UTF-16 units. Throws LIMIT_OUTPUT when it, or all of them, are too much. */
  chargeText(length: number): void {
    this.#text += length;
    const { outputBytes } = this.limits;
    if (length > outputBytes || this.#text > outputBytes * textAllowance) throw limitError("LIMIT_OUTPUT");
  }

  remainingMs(): number {
    return this.#deadline - Date.now();
  }

  /** Ends what is still running: when one element of an array fails, the reference leaves the others going. */
  stop(): void {
    this.#isStopped = true;
  }
}

function sequences(meter: Meter): Frame["createSequence"] {
  const most = meter.sequence;
  const push = function (this: unknown[], item: unknown): number {
    const { length } = this;
    if (length >= most) throw limitError("LIMIT_SEQUENCE");
    if (length % pushesPerCheck === pushesPerCheck - 1) meter.check();
    this[length] = item;
    return length + 1;
  };
  return function createSequence(...items: unknown[]): unknown[] {
    const sequence = items as unknown[] & { push: unknown; sequence: boolean };
    sequence.push = push;
    sequence.sequence = true;
    return sequence;
  };
}
