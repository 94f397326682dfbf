/** A place in a file an author wrote. `line` and `column` count from 1; a column counts UTF-16 units, as editors do. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `pipelines/a.yaml:6:3`, the form terminals and editors make a link of. */
export function formatLocation(at: Location): string {
  return `${at.file}:${at.line}:${at.column}`;
}
