import { printable } from "../../terminal/text.ts";
import { shortValue } from "./words.ts";

/** Fields that are told of one change, at most. */
const mostLines = 16;
const deepest = 4;

/** How a body differs from what it was made of, a line a field: `- data.co2: 612` went, `+ co2: 612` came. */
export function changesBetween(before: unknown, after: unknown): readonly string[] {
  const [old, fresh] = [leavesOf(before), leavesOf(after)];
  const gone = [...old].filter(([path, value]) => fresh.get(path) !== value);
  const come = [...fresh].filter(([path, value]) => old.get(path) !== value);
  const lines = [
    ...gone.map(([path, value]) => `- ${path}: ${value}`),
    ...come.map(([path, value]) => `+ ${path}: ${value}`),
  ];
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `  and ${lines.length - mostLines} more`];
}

/** The values inside a value by their paths, each as short text. */
function leavesOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  collect(value, [], leaves);
  return leaves;
}

function collect(value: unknown, path: readonly string[], leaves: Map<string, string>): void {
  const isDeep = typeof value === "object" && value !== null && path.length < deepest;
  const entries = isDeep ? Object.entries(value) : [];
  if (entries.length === 0) leaves.set(path.length === 0 ? "$" : printable(path.join(".")), shortValue(value));
  for (const [name, each] of entries) collect(each, [...path, name], leaves);
}
