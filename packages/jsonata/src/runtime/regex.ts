import type { Meter } from "../reference/meter.ts";
import { budget } from "./budget.ts";
import { regexGrowth, type Growth } from "./regex-growth.ts";
import { underWatchdog } from "./watchdog.ts";

/** Steps of backtracking that a native match may take unwatched. They are counted high: some ten milliseconds at most. */
const nativeSteps = 5e7;
const matchesPerCheck = 64;

const known = new WeakMap<RegExp, Growth>();

function growthOf(expression: RegExp): Growth {
  let growth = known.get(expression);
  if (growth === undefined) known.set(expression, (growth = regexGrowth(expression)));
  return growth;
}

/** True when a match of this pattern on a text of this length is known to be short. */
export function isQuick(growth: Growth, length: number): boolean {
  return growth.factor * (length + 1) ** growth.degree <= nativeSteps;
}

/** Length of the longest text on which a match of this pattern is known to be short; -1 when there is none. */
export function quickLength(growth: Growth, steps = nativeSteps): number {
  if (growth.degree === Infinity) return -1;
  const length = Math.floor((steps / growth.factor) ** (1 / growth.degree)) - 1;
  return Math.max(-1, length);
}

/**
 * A pattern with what is known about its matches. It has no place of its own to go on from: a match tells where it ended.
 */
export interface Guarded {
  readonly pattern: RegExp;
  /** Texts up to this length are matched natively, longer ones under a watchdog. */
  readonly native: number;
  /** Texts up to this length are matched so quickly that no look at the clock is needed. */
  readonly brief: number;
}

const briefSteps = 2e4;
const guarded = new WeakMap<RegExp, Guarded>();

export function guardedPattern(pattern: RegExp): Guarded {
  let known = guarded.get(pattern);
  if (known === undefined) {
    const growth = growthOf(pattern);
    known = { pattern, native: quickLength(growth), brief: quickLength(growth, briefSteps) };
    guarded.set(pattern, known);
  }
  return known;
}

/** Looks for a match from an index on; `pattern.lastIndex` says where it ended. Throws LIMIT_TIME. */
export function guardedExec({ pattern, native, brief }: Guarded, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  if (text.length <= brief) {
    if (--budget.turns < 0) budget.look();
    return pattern.exec(text);
  }
  budget.look();
  return text.length <= native ? pattern.exec(text) : underWatchdog(() => pattern.exec(text), budget.remainingMs());
}

/**
 * The RegexEngine of one evaluation. Quick matches run natively; those that could backtrack without end run under a
 * watchdog, for what is left of the evaluation's time.
 */
export function guardedRegex(meter: Meter): new (expression: RegExp) => Pick<RegExp, "exec" | "lastIndex"> {
  let matches = 0;
  return class GuardedRegex {
    readonly #native: RegExp;
    readonly #growth: Growth;

    constructor(expression: RegExp) {
      this.#native = new RegExp(expression);
      // The parser copies what stands before `?:`, and what was a pattern comes out of that as an object.
      this.#growth = growthOf(expression instanceof RegExp ? expression : this.#native);
    }

    get lastIndex(): number {
      return this.#native.lastIndex;
    }

    set lastIndex(index: number) {
      this.#native.lastIndex = index;
    }

    // A partial application can bring it what is no text; it then looks at what JavaScript makes of that.
    exec(given: unknown): RegExpExecArray | null {
      if (++matches % matchesPerCheck === 0) meter.check();
      const text = typeof given === "string" ? given : `${given as number}`;
      if (isQuick(this.#growth, text.length)) return this.#native.exec(text);
      return underWatchdog(() => this.#native.exec(text), meter.remainingMs());
    }
  };
}
