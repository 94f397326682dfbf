// Where the characters of plain and quoted YAML scalars stand in their file, line folding and escapes included.
// Not here: block scalars (block-offsets.ts), and which scalar it is (scalar-offsets.ts).

import { createTrace, type Trace } from "./trace.ts";

/** A scalar without quotes. `base` is the offset of `source` in the file. */
export function plainOffsets(source: string, base: number): Trace {
  const trace = createTrace();
  unfold({ source, from: 0, to: source.length, base }, trace);
  return trace;
}

/** `source` with its single quotes. */
export function singleQuotedOffsets(source: string, base: number): Trace {
  const folded = createTrace();
  unfold({ source, from: 1, to: Math.max(1, source.length - 1), base }, folded);
  const trace = createTrace();
  const text = folded.text();
  for (let index = 0; index < text.length; index += 1) {
    trace.push(text.charAt(index), folded.offsets[index] ?? base);
    if (text[index] === "'" && text[index + 1] === "'") index += 1;
  }
  return trace;
}

interface Span {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly base: number;
}

// A line break becomes a space; n breaks with only blanks between them become n - 1 breaks.
function unfold({ source, from, to, base }: Span, trace: Trace): void {
  let lineStart = from;
  let separator = "";
  let separatorAt = base + from;
  for (;;) {
    const newline = source.indexOf("\n", lineStart);
    const isLast = newline === -1 || newline >= to;
    const lineEnd = isLast ? to : newline;
    const isFirst = separator === "";
    let start = isFirst ? lineStart : skipBlanks(source, lineStart, lineEnd);
    const end = isLast ? lineEnd : trimEnd(source, start, lineEnd);
    if (start > end) start = end;
    if (start === end && !isFirst && !isLast) {
      if (separator === "\n") trace.push("\n", separatorAt);
      separator = "\n";
    } else {
      if (!isFirst) trace.push(separator, separatorAt);
      trace.pushRun(source.slice(start, end), base + start);
      separator = " ";
    }
    if (isLast) return;
    separatorAt = base + lineEnd;
    lineStart = newline + 1;
  }
}

function skipBlanks(source: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(source[at])) at += 1;
  return at;
}

function trimEnd(source: string, from: number, to: number): number {
  let end = to;
  if (source[end - 1] === "\r") end -= 1;
  while (end > from && isBlank(source[end - 1])) end -= 1;
  return end;
}

function isBlank(unit: string | undefined): boolean {
  return unit === " " || unit === "\t";
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  "\t": "\t",
};
const codeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** `source` with its double quotes. An escape's characters stand where its backslash stands. */
export function doubleQuotedOffsets(source: string, base: number): Trace {
  const trace = createTrace();
  const end = source.length - 1;
  let at = 1;
  while (at < end) {
    const unit = source.charAt(at);
    if (unit === "\r" && source[at + 1] === "\n") at += 1;
    else if (unit === "\n") at = foldBreak(source, at, { base, trace });
    else if (unit === "\\") at = escape(source, at, { base, trace });
    else if (isBlank(unit)) at = blanks(source, at, { base, trace });
    else {
      trace.push(unit, base + at);
      at += 1;
    }
  }
  return trace;
}

interface Target {
  readonly base: number;
  readonly trace: Trace;
}

/** Copies a run of blanks unless a line break follows; answers where to go on. */
function blanks(source: string, from: number, { base, trace }: Target): number {
  let at = from;
  while (isBlank(source[at])) at += 1;
  const isTrailing = source[at] === "\n" || (source[at] === "\r" && source[at + 1] === "\n");
  if (!isTrailing) trace.pushRun(source.slice(from, at), base + from);
  return at;
}

function foldBreak(source: string, from: number, { base, trace }: Target): number {
  let at = from;
  let breaks = 0;
  for (let next = source[at + 1]; isBlank(next) || next === "\n" || next === "\r"; next = source[at + 1]) {
    if (next === "\r" && source[at + 2] !== "\n") break;
    at += 1;
    if (next !== "\n") continue;
    breaks += 1;
    trace.push("\n", base + at);
  }
  if (breaks === 0) trace.push(" ", base + from);
  return at + 1;
}

function escape(source: string, from: number, { base, trace }: Target): number {
  const kind = source.charAt(from + 1);
  const plain = escapes[kind];
  if (plain !== undefined) {
    trace.push(plain, base + from);
    return from + 2;
  }
  if (kind === "\n") return skipBlanks(source, from + 2, source.length);
  if (kind === "\r" && source[from + 2] === "\n") return skipBlanks(source, from + 3, source.length);
  const length = codeLengths[kind];
  if (length === undefined) {
    trace.pushRun(source.slice(from, from + 2), base + from);
    return from + 2;
  }
  const code = Number.parseInt(source.slice(from + 2, from + 2 + length), 16);
  const isCodePoint = code >= 0 && code <= 0x10ffff;
  trace.push(isCodePoint ? String.fromCodePoint(code) : "\ufffd", base + from);
  return from + 2 + length;
}
