// $contains, $match, $replace and $split with a text. What they do with patterns is in pattern-matches.ts.
import { budget } from "../runtime/budget.ts";
import { execFrom, isRegex } from "../runtime/matcher.ts";
import { raise, raiseLimit } from "../runtime/raise.ts";
import { asSequence } from "../runtime/values.ts";
import { chargeItems, chargeMade, chargeRead } from "./charge.ts";
import { builtIn, checked, type BuiltIn } from "./define.ts";
import { matchAll, matchedBy, replaceMatches, splitAtMatches } from "./pattern-matches.ts";

const isText = (value: unknown): value is string => typeof value === "string";

function contains(text: unknown, token: unknown): unknown {
  if (text === undefined || token === undefined) return undefined;
  if (!isText(text)) refuse(text);
  if (isText(token)) return includes(text, token);
  if (isRegex(token)) return execFrom(token, text, 0) !== null;
  return matchedBy(token, text) !== undefined;
}

/** Called without a check, by partial application, with what is no text: an error without a code there too. */
function refuse(value: unknown): never {
  throw new TypeError(`unexpected ${typeof value}`);
}

function includes(text: string, token: string): boolean {
  chargeRead(text.length);
  return text.includes(token);
}

function match(text: unknown, pattern: unknown, limit: unknown): unknown {
  if (text === undefined) return undefined;
  if (!isText(text)) refuse(text);
  if ((limit as number) < 0) raise("D3040", { value: limit, index: 3 });
  if (limit !== undefined && !((limit as number) > 0)) return asSequence([]);
  const results = matchAll(text, pattern, (limit as number | undefined) ?? Infinity);
  budget.items(results.length);
  return asSequence(results);
}

function split(text: unknown, separator: unknown, limit: unknown): unknown {
  if (text === undefined) return undefined;
  if (!isText(text)) refuse(text);
  const most = limit as number | undefined;
  if (most !== undefined && most < 0) raise("D3020", { value: most, index: 3 });
  if (most !== undefined && !(most > 0)) return [];
  return isText(separator) ? splitText(text, separator, most) : splitAtMatches(text, separator, most ?? Infinity);
}

function splitText(text: string, separator: string, limit: number | undefined): string[] {
  const { sequence } = budget.limits;
  // One more than allowed is enough to know. A limit is what is left of it in 32 bits.
  const most = Math.min(limit === undefined ? Infinity : limit >>> 0, sequence + 1, 0xffffffff);
  chargeRead(text.length);
  const parts = text.split(separator, most);
  budget.items(parts.length);
  chargeItems(parts.length);
  return parts;
}

function replace(text: unknown, pattern: unknown, replacement: unknown, limit: unknown): unknown {
  if (text === undefined) return undefined;
  if (!isText(text)) refuse(text);
  if (pattern === "") raise("D3010", { value: pattern, index: 2 });
  const most = limit as number | undefined;
  if (most !== undefined && most < 0) raise("D3011", { value: most, index: 4 });
  if (most !== undefined && !(most > 0)) return text;
  if (!isText(pattern)) return replaceMatches(text, { pattern, replacement, limit: most ?? Infinity });
  return replaceText(text, { pattern, replacement, limit: most ?? Infinity });
}

interface Replacing {
  pattern: string;
  replacement: unknown;
  limit: number;
}

function replaceText(text: string, { pattern, replacement, limit }: Replacing): string {
  chargeRead(text.length);
  let at = text.indexOf(pattern);
  if (at === -1) return text;
  // The reference would write the source of the function.
  if (typeof replacement === "function") raise("T0410", { value: replacement, index: 3 });
  const { outputBytes } = budget.limits;
  const by = String(replacement);
  let result = "";
  let position = 0;
  for (let count = 0; at !== -1 && count < limit; count++) {
    if (--budget.turns < 0) budget.look();
    result += text.slice(position, at) + by;
    if (result.length > outputBytes) raiseLimit("LIMIT_OUTPUT");
    position = at + pattern.length;
    at = text.indexOf(pattern, position);
  }
  return chargeMade(result + text.slice(position));
}

const [slowContains, slowMatch] = [checked("contains", contains), checked("match", match)];
const [slowSplit, slowReplace] = [checked("split", split), checked("replace", replace)];

const isToken = (value: unknown): boolean => typeof value === "string" || typeof value === "function";

export const patterns: readonly BuiltIn[] = [
  builtIn("contains", {
    gives: "boolean",
    run: contains,
    checked: slowContains,
    direct: {
      2: (text, token, context) =>
        isText(text) && isToken(token) ? contains(text, token) : slowContains(context, text, token),
    },
  }),
  builtIn("match", {
    gives: "any",
    run: match,
    checked: slowMatch,
    direct: {
      2: (text, pattern, context) =>
        isText(text) && isRegex(pattern) ? match(text, pattern, undefined) : slowMatch(context, text, pattern),
      3: (text, pattern, limit, context) =>
        isText(text) && isRegex(pattern) && typeof limit === "number"
          ? match(text, pattern, limit)
          : slowMatch(context, text, pattern, limit),
    },
  }),
  builtIn("split", {
    gives: "array",
    run: split,
    checked: slowSplit,
    direct: {
      2: (text, separator, context) =>
        isText(text) && isToken(separator) ? split(text, separator, undefined) : slowSplit(context, text, separator),
      3: (text, separator, limit, context) =>
        isText(text) && isToken(separator) && typeof limit === "number"
          ? split(text, separator, limit)
          : slowSplit(context, text, separator, limit),
    },
  }),
  builtIn("replace", {
    gives: "string",
    run: replace,
    checked: slowReplace,
    direct: {
      3: (text, pattern, replacement, context) =>
        isText(text) && isToken(pattern) && isToken(replacement)
          ? replace(text, pattern, replacement, undefined)
          : slowReplace(context, text, pattern, replacement),
    },
  }),
];
