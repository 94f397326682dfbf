import type { RawError } from "../reference/reference.ts";

const number = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?$/;
const twoCharacters = new Set(["~>", ":=", "..", "!=", ">=", "<=", "**", "?:", "??"]);
// Errors of the reference's tokenizer, which already point at (or into) what they mean.
const alreadyAtStart = new Set(["S0102", "S0103", "S0104", "S0106"]);

/**
 * Where the token of an error starts. The reference reports the offset just behind a token (and, for a text that is not
 * closed, the end of everything); an editor wants its first character.
 *
 * @returns an offset in `text` in UTF-16 units, or undefined when the error has no place
 */
export function startOfToken(text: string, raw: RawError): number | undefined {
  if (typeof raw.position !== "number") return undefined;
  const end = Math.min(Math.max(0, raw.position), text.length);
  if (raw.code === "S0101") return unclosedQuote(text) ?? end;
  if (raw.code === "S0105") return text.lastIndexOf("`");
  if (raw.code === "S0302" || raw.code === "S0301") return unclosedRegex(text, end);
  if (alreadyAtStart.has(raw.code ?? "")) return end;
  if (raw.token === "(end)") return text.length;
  return startOfNamed(text, end, raw.token ?? raw.value) ?? startByLook(text, end);
}

/** The token is known by name: it stands before `end`, or, for a call, before the bracket that stands before `end`. */
function startOfNamed(text: string, end: number, given: unknown): number | undefined {
  const token = typeof given === "number" ? String(given) : given;
  if (typeof token !== "string" || token === "") return undefined;
  const before = text[end - 1] === "(" && token !== "(" ? text.slice(0, end - 1).trimEnd().length : end;
  if (text[before - 1] === "`" && text.slice(0, before - 1).endsWith(`\`${token}`)) return before - token.length - 2;
  if (!text.slice(0, before).endsWith(token)) return undefined;
  const start = before - token.length;
  return text[start - 1] === "$" && /^[\p{L}_]/u.test(token) ? start - 1 : start;
}

/** The token is known by its last character only. */
function startByLook(text: string, end: number): number {
  const last = text[end - 1];
  if (last === undefined) return end;
  if (last === '"' || last === "'") return openingQuote(text, end - 1, last);
  if (twoCharacters.has(text.slice(end - 2, end))) return end - 2;
  const digits = number.exec(text.slice(0, end));
  if (digits !== null) return digits.index;
  const name = /\$?[\p{L}\p{N}_]+$/u.exec(text.slice(Math.max(0, end - 256), end));
  return name === null ? end - 1 : end - name[0].length;
}

function openingQuote(text: string, closing: number, quote: string): number {
  for (let at = closing - 1; at >= 0; at--) {
    if (text[at] === quote && !isEscaped(text, at)) return at;
  }
  return closing;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** The quote that never closes: the last one that opens when the text is read from its start. */
function unclosedQuote(text: string): number | undefined {
  let opened: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (opened !== undefined) {
      if (char === "\\") at++;
      else if (char === text[opened]) opened = undefined;
    } else if (char === '"' || char === "'") opened = at;
    else if (char === "`") at = skipTo(text, "`", at + 1);
    else if (char === "/" && text[at + 1] === "*") at = skipTo(text, "*/", at + 2) + 1;
  }
  return opened;
}

function skipTo(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

/** A regular expression starts at a slash that stands where an operand is expected. */
function unclosedRegex(text: string, end: number): number {
  if (text[end] === "/" && text[end - 1] === "/") return end - 1;
  const opening = /(?:^|[\s([{,;:=&+\-*?|<>~])\/(?!\*)/g;
  const match = opening.exec(text);
  return match === null ? end : match.index + match[0].length - 1;
}
