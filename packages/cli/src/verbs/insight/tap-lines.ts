import type { TapEntry } from "@signalbox/core";
import type { Colors } from "../../terminal/io.ts";
import { fit, padded, printable } from "../../terminal/text.ts";
import { changesBetween } from "./changes.ts";
import { outcomes, reasonOf, shortValue } from "./words.ts";

export interface TapPen {
  readonly width: number;
  readonly colors: Colors;
  /** Columns of the stages' names. */
  readonly nameWidth: number;
}

const outcomeWidth = 11;

/** What a tap tells, as lines: when, where, what became of it, which message; below it what changed. */
export function tapLines(entry: TapEntry, { width, colors, nameWidth }: TapPen): readonly string[] {
  if ("lost" in entry) return [colors.yellow(`${entry.lost} left out: they came faster than they were read`)];
  const { time, name, outcome, before, after } = entry;
  const lead = `${time.slice(11, 23)}  ${padded(printable(name), nameWidth)}  `;
  const paint = good.has(outcome) ? colors.green : bad.has(outcome) ? colors.red : colors.yellow;
  const said = [reasonOf(entry), printable(before.id), ...(outcome === "came" ? [shortValue(before.body, width)] : [])];
  const rest = fit(said.filter((text) => text !== "").join("  "), width - lead.length - outcomeWidth - 2);
  const head = `${colors.dim(lead)}${paint(padded(outcomes[outcome], outcomeWidth))}  ${rest}`;
  const changes = after === undefined ? [] : changesBetween(before.body, after);
  return [head, ...changes.map((line) => paintChange(fit(`    ${line}`, width), colors))];
}

function paintChange(line: string, { green, red, dim }: Colors): string {
  if (line.startsWith("    +")) return green(line);
  return line.startsWith("    -") ? red(line) : dim(line);
}

const good = new Set(["came", "passed", "changed", "split", "due", "delivered", "remembered"]);
const bad = new Set(["failed", "dead"]);
