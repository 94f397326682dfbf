import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Finding, formatLocation, type Location } from "@signalbox/core";
import type { Colors } from "../terminal/io.ts";
import { displayWidth, printable } from "../terminal/text.ts";

/** `file:line:col  CODE  message  (suggestion)`, and further places on lines of their own. */
export function findingLines(finding: Finding, colors: Colors): readonly string[] {
  const { at, code, message, suggestion, severity, related = [] } = finding;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const hint = suggestion === undefined ? "" : `  ${colors.dim(`(${printable(suggestion)})`)}`;
  return [
    `${colors.bold(formatLocation(at))}  ${paint(code)}  ${printable(message)}${hint}`,
    ...related.map((place) => `    see also ${formatLocation(place)}`),
  ];
}

/** The line a finding points at, the one before it, and a caret below the column; nothing when the text has no such line. */
export function caretFrame(text: string, at: Location, colors: Colors): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const line = lines[at.line - 1];
  if (line === undefined) return [];
  const gutter = String(at.line).length;
  const numbered = (number: number, content: string): string =>
    `${colors.dim(`${String(number).padStart(gutter + 2)} |`)} ${expand(content)}`.trimEnd();
  const before = lines[at.line - 2];
  const left = displayWidth(expand(line.slice(0, at.column - 1)));
  return [
    ...(before === undefined || before.trim() === "" ? [] : [numbered(at.line - 1, before)]),
    numbered(at.line, line),
    `${" ".repeat(gutter + 2)} ${colors.dim("|")} ${" ".repeat(left)}${colors.red("^")}`,
  ];
}

// A tab is as wide as the terminal likes, so that a caret below it would stand anywhere.
function expand(line: string): string {
  return printable(line.replaceAll("\t", "  "));
}

/** All findings for a person: with a frame from the file where `hasFrames` and the file can be read. */
export async function describeFindings(
  findings: readonly Finding[],
  options: { readonly projectDir: string; readonly colors: Colors; readonly hasFrames: boolean },
): Promise<string> {
  const texts = new Map<string, string | undefined>();
  const lines: string[] = [];
  for (const finding of findings) {
    lines.push(...findingLines(finding, options.colors));
    if (!options.hasFrames) continue;
    const { file } = finding.at;
    if (!texts.has(file)) texts.set(file, await textOf(resolve(options.projectDir, file)));
    const text = texts.get(file);
    if (text !== undefined) lines.push(...caretFrame(text, finding.at, options.colors), "");
  }
  return lines.join("\n");
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
