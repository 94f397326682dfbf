// Where the characters of literal (|) and folded (>) YAML scalars stand in their file. The yaml package tells only the
// scalar's source and range. Not here: plain and quoted scalars (flow-offsets.ts).

import { createTrace, type Trace } from "./trace.ts";

export interface BlockScalar {
  /** `|`, `>2-` and the like. */
  readonly header: string;
  /** The lines under the header. */
  readonly source: string;
  /** Offset of `source` in the file. */
  readonly base: number;
  /** Indentation of the node the scalar belongs to. */
  readonly parentIndent: number;
}

interface Line {
  readonly indent: number;
  readonly content: string;
  /** Offset in the file of the line's first unit, indentation included. */
  readonly start: number;
  /** Offset of its line break. */
  readonly breakAt: number;
}

export function blockOffsets(scalar: BlockScalar): Trace {
  const trace = createTrace();
  const lines = linesOf(scalar);
  const header = readHeader(scalar.header);
  const firstBlank = trailingBlankStart(lines);
  if (firstBlank === 0) {
    const kept = header.chomp === "+" && scalar.source !== "" ? Math.max(1, lines.length - 1) : 0;
    for (let index = 0; index < kept; index += 1) trace.push("\n", lines[index]?.breakAt ?? scalar.base);
    return trace;
  }
  const layout = layoutOf(lines, { firstBlank, parentIndent: scalar.parentIndent, indent: header.indent });
  for (const line of lines.slice(0, layout.contentStart)) pushLine(trace, line, layout.indent, "\n");
  const body = lines.slice(layout.contentStart, layout.bodyEnd);
  if (header.isFolded) fold(trace, body, layout.indent);
  else literal(trace, body, layout.indent);
  chomp(trace, header.chomp, { lines, ...layout });
  return trace;
}

function linesOf({ source, base }: BlockScalar): readonly Line[] {
  let start = base;
  return source.split("\n").map((text) => {
    const indent = /^ */.exec(text)?.[0].length ?? 0;
    const content = text.slice(indent);
    const line = { indent, content, start, breakAt: start + text.length };
    start += text.length + 1;
    return line;
  });
}

function readHeader(header: string): { isFolded: boolean; indent: number; chomp: string } {
  return {
    isFolded: header.startsWith(">"),
    indent: Number(/[1-9]/.exec(header)?.[0] ?? 0),
    chomp: /[+-]/.exec(header)?.[0] ?? "",
  };
}

function trailingBlankStart(lines: readonly Line[]): number {
  let start = lines.length;
  while (start > 0 && isBlank(lines[start - 1])) start -= 1;
  return start;
}

function isBlank(line: Line | undefined): boolean {
  return line?.content === "" || line?.content === "\r";
}

interface Layout {
  /** Columns that are indentation, not content. */
  readonly indent: number;
  /** The first line that is not blank. */
  readonly contentStart: number;
  /** Behind the last line that is content; what follows is a matter of chomping. */
  readonly bodyEnd: number;
}

function layoutOf(
  lines: readonly Line[],
  { firstBlank, parentIndent, indent }: { firstBlank: number; parentIndent: number; indent: number },
): Layout {
  const contentStart = lines.findIndex((line) => !isBlank(line));
  const trimmed = indent === 0 ? (lines[contentStart]?.indent ?? 0) : parentIndent + indent;
  // Trailing lines of blanks only are content where they are deeper than the text.
  let bodyEnd = firstBlank;
  for (let index = lines.length - 1; index >= firstBlank && bodyEnd === firstBlank; index -= 1) {
    if ((lines[index]?.indent ?? 0) > trimmed) bodyEnd = index + 1;
  }
  return { indent: trimmed, contentStart, bodyEnd };
}

/** The line's text without its indentation, then `end` at its line break. */
function pushLine(trace: Trace, line: Line, indent: number, end: string): void {
  trace.pushRun(" ".repeat(Math.max(0, line.indent - indent)), line.start + indent);
  trace.pushRun(withoutReturn(line.content), line.start + line.indent);
  trace.push(end, line.breakAt);
}

function withoutReturn(content: string): string {
  return content.endsWith("\r") ? content.slice(0, -1) : content;
}

function literal(trace: Trace, body: readonly Line[], indent: number): void {
  for (const [index, line] of body.entries()) pushLine(trace, line, indent, index < body.length - 1 ? "\n" : "");
}

// Breaks between lines of equal indentation become spaces, blank lines become breaks, deeper lines keep theirs.
function fold(trace: Trace, body: readonly Line[], indent: number): void {
  let separator = "";
  let wasDeeper = false;
  let lastBreak = 0;
  let breakBefore = 0;
  for (const line of body) {
    const content = withoutReturn(line.content);
    const isDeeper = line.indent > indent || content.startsWith("\t");
    if (content === "" && !isDeeper) {
      if (separator === "\n") trace.push("\n", lastBreak);
      else separator = "\n";
    } else {
      if (isDeeper && !wasDeeper && separator === "\n") trace.push("\n", breakBefore);
      if (separator !== "") trace.push(isDeeper ? "\n" : separator, lastBreak);
      pushLine(trace, line, indent, "");
      separator = isDeeper ? "\n" : " ";
      wasDeeper = isDeeper;
    }
    breakBefore = lastBreak;
    lastBreak = line.breakAt;
  }
}

function chomp(trace: Trace, style: string, { lines, indent, bodyEnd }: Layout & { lines: readonly Line[] }): void {
  if (style === "-") return;
  const lastLine = lines[bodyEnd - 1];
  if (style === "") {
    trace.push("\n", lastLine?.breakAt ?? 0);
    return;
  }
  let lastBreak = lastLine?.breakAt ?? 0;
  for (const line of lines.slice(bodyEnd)) {
    trace.push("\n", lastBreak);
    trace.pushRun(" ".repeat(Math.max(0, line.indent - indent)), line.start + indent);
    lastBreak = line.breakAt;
  }
  if (!trace.text().endsWith("\n")) trace.push("\n", lastBreak);
}
