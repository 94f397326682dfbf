/** A field of a body that went or came, with its path: `data.temperature`. */
export interface DiffLine {
  readonly kind: "gone" | "came";
  readonly path: string;
  readonly value: string;
}

const mostLines = 60;

/** The fields in which two bodies differ. */
export function diffOf(before: unknown, after: unknown): readonly DiffLine[] {
  const [from, to] = [leavesOf(before), leavesOf(after)];
  const gone = [...from].filter(([path, value]) => to.get(path) !== value);
  const came = [...to].filter(([path, value]) => from.get(path) !== value);
  return [
    ...gone.map(([path, value]): DiffLine => ({ kind: "gone", path, value })),
    ...came.map(([path, value]): DiffLine => ({ kind: "came", path, value })),
  ].slice(0, mostLines);
}

function leavesOf(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return found.set(path === "" ? "$" : path, JSON.stringify(value) ?? "nothing");
  const isList = Array.isArray(value);
  for (const [key, each] of entries) leavesOf(each, isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`, found);
  return found;
}
