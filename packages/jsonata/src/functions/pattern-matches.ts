// What $match, $replace and $split do with a pattern: a regular expression natively, any other function by calling it, and
// then the `next` of what it gives. The match behind is always looked for, also when it is not wanted: it may be an error.
import { budget } from "../runtime/budget.ts";
import { execFrom, execNext, groupsOf, isRegex, type Match, type Regex } from "../runtime/matcher.ts";
import { raise, raiseLimit } from "../runtime/raise.ts";
import type { Dictionary, Fn } from "../runtime/values.ts";
import { call1 } from "./callback.ts";
import { chargeMade } from "./charge.ts";

/** Calls a matcher. @throws T1010 when what it gives looks in no way like a match */
export function matchedBy(matcher: unknown, text: string | undefined): Match | undefined {
  const result = call1(matcher as Fn, text);
  if (!result) return result as undefined;
  const { start, end, groups, next } = result as Dictionary;
  if (typeof start === "number" || typeof end === "number" || Array.isArray(groups) || typeof next === "function") {
    return result as Match;
  }
  raise("T1010");
}

export function matchAll(text: string, pattern: unknown, limit: number): unknown[] {
  return isRegex(pattern) ? regexMatches(text, pattern, limit) : matcherMatches(text, pattern, limit);
}

function regexMatches(text: string, regex: Regex, limit: number): unknown[] {
  const results: unknown[] = [];
  let found = execFrom(regex, text, 0);
  while (found !== null && results.length < limit) {
    results.push({ match: found[0], index: found.index, groups: groupsOf(found) });
    budget.items(results.length);
    found = execNext(regex, text);
  }
  return results;
}

function matcherMatches(text: string, matcher: unknown, limit: number): unknown[] {
  const results: unknown[] = [];
  let found = matchedBy(matcher, text);
  while (found !== undefined && results.length < limit) {
    results.push({ match: found.match, index: found.start, groups: found.groups });
    budget.items(results.length);
    found = matchedBy(found.next, undefined);
  }
  return results;
}

export function splitAtMatches(text: string, separator: unknown, limit: number): string[] {
  const parts: string[] = [];
  let start = 0;
  if (isRegex(separator)) {
    let found = execFrom(separator, text, 0);
    while (found !== null && parts.length < limit) {
      parts.push(text.slice(start, found.index));
      budget.items(parts.length);
      start = found.index + found[0].length;
      found = execNext(separator, text);
    }
  } else {
    let found = matchedBy(separator, text);
    while (found !== undefined && parts.length < limit) {
      parts.push(text.substring(start, found.start));
      budget.items(parts.length);
      start = found.end;
      found = matchedBy(found.next, undefined);
    }
  }
  if (parts.length < limit) parts.push(text.substring(start));
  budget.items(parts.length);
  return parts;
}

interface Replacing {
  pattern: unknown;
  replacement: unknown;
  limit: number;
}

export function replaceMatches(text: string, { pattern, replacement, limit }: Replacing): string {
  if (isRegex(pattern) && typeof replacement === "string") {
    return replaceRegex(text, pattern, { replacement, limit });
  }
  let result = "";
  let position = 0;
  let found = matchedBy(pattern, text);
  for (let count = 0; found !== undefined && count < limit; count++) {
    result += text.substring(position, found.start) + replacementOf(found, replacement);
    if (result.length > budget.limits.outputBytes) raiseLimit("LIMIT_OUTPUT");
    position = found.start + found.match.length;
    found = matchedBy(found.next, undefined);
  }
  return chargeMade(result + text.substring(position));
}

function replacementOf(found: Match, replacement: unknown): string {
  if (typeof replacement === "string") return fillIn(replacement, found.match, found.groups);
  const value = call1(replacement as Fn, found);
  if (typeof value !== "string") raise("D3012", { value });
  return value;
}

interface Text {
  replacement: string;
  limit: number;
}

function replaceRegex(text: string, regex: Regex, { replacement, limit }: Text): string {
  const hasReferences = replacement.includes("$");
  const { outputBytes } = budget.limits;
  let result = "";
  let position = 0;
  let found = execFrom(regex, text, 0);
  for (let count = 0; found !== null && count < limit; count++) {
    const by = hasReferences ? fillIn(replacement, found[0], groupsOf(found)) : replacement;
    result += text.slice(position, found.index) + by;
    if (result.length > outputBytes) raiseLimit("LIMIT_OUTPUT");
    position = found.index + found[0].length;
    found = execNext(regex, text);
  }
  return position === 0 && result === "" ? text : chargeMade(result + text.slice(position));
}

/** A replacement with what its `$` stand for: `$$` for one, `$0` for the match, `$` and digits for a group. */
function fillIn(replacement: string, match: string, groups: (string | undefined)[]): string {
  let result = "";
  let position = 0;
  for (let dollar = replacement.indexOf("$"); dollar !== -1; dollar = replacement.indexOf("$", position)) {
    result += replacement.slice(position, dollar);
    position = dollar + 1;
    const sign = replacement.charAt(position);
    if (sign === "$" || sign === "0") {
      result += sign === "$" ? "$" : match;
      position++;
    } else {
      const index = groupIndex(replacement, position, groups.length);
      if (Number.isNaN(index)) result += "$";
      else {
        result += groups[index - 1] ?? "";
        position += String(index).length;
      }
    }
  }
  return result + replacement.slice(position);
}

/** The number of a group at a position: as many digits as the number of groups has, one less when there is no such group. */
function groupIndex(replacement: string, position: number, count: number): number {
  const digits = count === 0 ? 1 : Math.floor(Math.log(count) * Math.LOG10E) + 1;
  const index = Number.parseInt(replacement.slice(position, position + digits), 10);
  if (digits === 1 || !(index > count)) return index;
  return Number.parseInt(replacement.slice(position, position + digits - 1), 10);
}
