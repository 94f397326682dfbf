import type { Meter } from "./meter.ts";
import { underWatchdog } from "./watchdog.ts";

/** Steps of backtracking that a native match may take unwatched: some tens of milliseconds. */
const nativeSteps = 1e7;
const matchesPerCheck = 64;

/** How the steps of a match grow with the text: at most `factor * length ** degree`. */
export interface Growth {
  factor: number;
  degree: number;
}

const known = new WeakMap<RegExp, Growth>();

function growthOf(expression: RegExp): Growth {
  let growth = known.get(expression);
  if (growth === undefined) known.set(expression, (growth = regexGrowth(expression.source)));
  return growth;
}

interface Group {
  degree: number;
  factor: number;
  isVariable: boolean;
}

/**
 * An upper bound for the backtracking of a pattern, from its shape alone: every quantifier that can vary adds one degree,
 * trying each start of the text one more; a quantified group that varies inside, and a back reference, have no bound.
 */
export function regexGrowth(source: string): Growth {
  const open: Group[] = [];
  let group: Group = { degree: 1, factor: source.length, isVariable: false };
  let last: Group | undefined;
  const tokens =
    /\\(?:[1-9]|k<)|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[)|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu;
  for (const [token] of source.matchAll(tokens)) {
    if (token.startsWith("(")) {
      open.push(group);
      group = { degree: 0, factor: 1, isVariable: false };
      last = undefined;
    } else if (token === ")") {
      last = group;
      group = add(open.pop() ?? group, last);
    } else if (/^(?:[*+?]|\{\d)/.test(token)) {
      group = quantify(group, last, token);
      last = undefined;
    } else {
      if (token === "|") group = { ...group, factor: group.factor * 2, isVariable: true };
      if (/^\\(?:[1-9]|k<)/.test(token)) group = { ...group, degree: Infinity };
      last = undefined;
    }
  }
  return { factor: group.factor, degree: open.length > 0 ? Infinity : group.degree };
}

const add = (outer: Group, inner: Group): Group => ({
  degree: outer.degree + inner.degree,
  factor: outer.factor * inner.factor,
  isVariable: outer.isVariable || inner.isVariable,
});

function quantify(group: Group, quantified: Group | undefined, token: string): Group {
  if (/^\{(\d+)\}/.test(token)) return quantified?.isVariable === true ? { ...group, degree: Infinity } : group;
  if (token.startsWith("?")) return { ...group, factor: group.factor * 2, isVariable: true };
  const degree = quantified?.isVariable === true ? Infinity : group.degree + 1;
  return { ...group, degree, isVariable: true };
}

/** True when a match of this pattern on a text of this length is known to be short. */
export function isQuick(growth: Growth, length: number): boolean {
  return growth.factor * (length + 1) ** growth.degree <= nativeSteps;
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
      this.#growth = growthOf(expression);
    }

    get lastIndex(): number {
      return this.#native.lastIndex;
    }

    set lastIndex(index: number) {
      this.#native.lastIndex = index;
    }

    exec(text: string): RegExpExecArray | null {
      if (++matches % matchesPerCheck === 0) meter.check();
      if (isQuick(this.#growth, text.length)) return this.#native.exec(text);
      return underWatchdog(() => this.#native.exec(text), meter.remainingMs());
    }
  };
}
