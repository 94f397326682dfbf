// Regular expressions as values of an expression: functions that give one match and, by its `next`, those behind it.
import { raise } from "./raise.ts";
import { guardedExec, guardedPattern, type Guarded } from "./regex.ts";
import type { Fn } from "./values.ts";

export interface Match {
  match: string;
  start: number;
  end: number;
  groups: (string | undefined)[];
  next: () => Match | undefined;
}

/** The value of a regex literal, called with a text and the index to look from (default 0). Gives a Match or undefined. */
export interface Regex extends Fn {
  readonly pattern: RegExp;
  readonly guarded: Guarded;
  readonly position: number | undefined;
  /**
   * Where the last match ended, and so where `next` goes on. All matches of a value share it, as they do in the reference:
   * a callback that uses the same value moves it.
   */
  last: number;
}

type Writable<T extends Fn> = { -readonly [K in keyof T]: T[K] } & Fn;

/**
 * The value of a regex literal. Cheap to make; evaluations of the literal share the pattern, not where they are in a text.
 *
 * @param pattern global, not sticky
 * @param position of the literal in the text, for the error of a match that is empty
 */
export function regexValue(pattern: RegExp, position: number | undefined): Regex {
  const regex = ((text: unknown, from: unknown) => matchFrom(regex, text, Number(from) || 0)) as Writable<Regex>;
  regex.pattern = pattern;
  regex.guarded = guardedPattern(pattern);
  regex.position = position;
  regex.last = 0;
  return regex;
}

export const isRegex = (value: unknown): value is Regex =>
  typeof value === "function" && (value as Partial<Regex>).guarded !== undefined;

/** Looks for a match from an index on, and remembers where it ended. */
export function execFrom(regex: Regex, text: string, from: number): RegExpExecArray | null {
  const found = guardedExec(regex.guarded, text, from);
  regex.last = regex.pattern.lastIndex;
  return found;
}

/**
 * Looks for the match behind the last one.
 * @throws D1004 when it is empty: going on from there would give it again
 */
export function execNext(regex: Regex, text: string): RegExpExecArray | null {
  if (regex.last >= text.length) return null;
  const found = execFrom(regex, text, regex.last);
  if (found !== null && found[0] === "") {
    raise("D1004", { position: regex.position, value: regex.pattern.source });
  }
  return found;
}

/** The texts of a match's groups; undefined for one that took no part in it. */
export function groupsOf(found: RegExpExecArray): (string | undefined)[] {
  const groups: (string | undefined)[] = [];
  for (let index = 1; index < found.length; index++) groups.push(found[index]);
  return groups;
}

function matchFrom(regex: Regex, text: unknown, from: number): Match | undefined {
  // Called with anything but a text, it looks at what JavaScript makes of it: of an object or a function that depends on
  // how the reference represents it.
  const isOdd = (typeof text === "object" && text !== null && !Array.isArray(text)) || typeof text === "function";
  if (isOdd) throw new TypeError(`unexpected ${typeof text}`);
  const subject = typeof text === "string" ? text : `${text as number}`;
  return asMatch(regex, subject, execFrom(regex, subject, from));
}

function asMatch(regex: Regex, text: string, found: RegExpExecArray | null): Match | undefined {
  if (found === null) return undefined;
  const [match] = found;
  return {
    match,
    start: found.index,
    end: found.index + match.length,
    groups: groupsOf(found),
    next: () => asMatch(regex, text, execNext(regex, text)),
  };
}
