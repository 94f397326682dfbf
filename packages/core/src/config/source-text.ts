import type { Location } from "../location.ts";

/** A file's text, and the place of each of its offsets. */
export interface SourceText {
  /** As findings name it: relative to the project folder. */
  readonly file: string;
  readonly text: string;
  /** The place of the UTF-16 unit at `offset`; beyond the end, the end. */
  locate(offset: number): Location;
}

export function createSourceText(file: string, text: string): SourceText {
  let lineStarts: readonly number[] | undefined;
  return {
    file,
    text,
    locate(offset) {
      lineStarts ??= startsOfLines(text);
      const within = Math.max(0, Math.min(offset, text.length));
      const line = lastAtOrBefore(lineStarts, within);
      return { file, line: line + 1, column: Math.max(0, within - (lineStarts[line] ?? 0)) + 1 };
    },
  };
}

function startsOfLines(text: string): readonly number[] {
  // Editors do not count the byte order mark as a column.
  const starts = [text.startsWith("\ufeff") ? 1 : 0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
