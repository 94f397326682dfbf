import type { CheckStatus } from "@signalbox/core";
import type { Colors } from "../terminal/io.ts";
import { displayWidth, padded, printable } from "../terminal/text.ts";
import type { Diagnosis } from "./check.ts";

const statusWidth = "warning".length;
const widestSubject = 48;

/** A line for each result under its group, what to do below it, and the counts. */
export function doctorLines(results: readonly Diagnosis[], colors: Colors): readonly string[] {
  const width = Math.min(widestSubject, Math.max(...results.map(({ subject }) => displayWidth(subject))));
  const groups = [...new Set(results.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    colors.bold(group),
    ...results.filter((each) => each.group === group).flatMap((each) => resultLines(each, { width, colors })),
  ]);
  return [...lines, "", summaryOf(results)];
}

function resultLines(
  { subject, status, found, advice }: Diagnosis,
  { width, colors }: { readonly width: number; readonly colors: Colors },
): readonly string[] {
  const name = printable(subject);
  const label = displayWidth(name) > width ? name : padded(name, width);
  const line = `  ${paints(colors)[status](padded(status, statusWidth))}  ${label}  ${printable(found)}`;
  const indent = " ".repeat(statusWidth + 4);
  return advice === undefined ? [line] : [line, `${indent}${colors.dim(`→ ${printable(advice)}`)}`];
}

function paints({ green, yellow, red, dim }: Colors): Readonly<Record<CheckStatus, (text: string) => string>> {
  return { ok: green, warning: yellow, error: red, skipped: dim };
}

export type Counts = Readonly<Record<CheckStatus, number>>;

export function countsOf(results: readonly Diagnosis[]): Counts {
  const counts = { ok: 0, warning: 0, error: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

function summaryOf(results: readonly Diagnosis[]): string {
  const { ok, warning, error, skipped } = countsOf(results);
  return `${ok} ok, ${warning} to look at, ${error} wrong, ${skipped} skipped.`;
}
