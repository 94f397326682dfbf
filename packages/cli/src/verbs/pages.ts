// Lists that come page by page: their options, and how a page is printed.
import { type Command, InvalidArgumentError } from "commander";
import { type Io, writeLine } from "../terminal/io.ts";
import { columns, fit, printable } from "../terminal/text.ts";

export interface PageOptions {
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

/** How rows are shown to a person. */
export interface Table<T> {
  readonly head: readonly string[];
  readonly cells: (row: T) => readonly string[];
}

/** `one` is what a row is called. */
export function withPages(command: Command, one: string): Command {
  return command
    .option("--limit <count>", "how many at most", limit, 50)
    .option("--after <place>", "go on where an earlier list ended; it says with what")
    .option("--json", `print each ${one} whole, as one line of JSON`);
}

/** What the engine is asked for a page. */
export function pageOf({ limit, after }: PageOptions): { limit: number; after?: string } {
  return { limit, ...(after === undefined ? {} : { after }) };
}

/** Prints a page as a table, fitted to the terminal, or as JSON lines; what comes after it is said beside. */
export function printPage<T>(
  { stdout, stderr }: Io,
  page: { readonly rows: readonly T[]; readonly next: string | undefined },
  { json = false, head, cells }: Table<T> & { readonly json: boolean | undefined },
): void {
  if (json) for (const row of page.rows) writeLine(stdout, JSON.stringify(row));
  else if (page.rows.length > 0) {
    const lines = columns([[...head], ...page.rows.map((row) => cells(row).map(printable))]);
    const { columns: width = Number.POSITIVE_INFINITY } = stdout;
    writeLine(stdout, lines.map((line) => fit(line, width)).join("\n"));
  }
  if (page.next !== undefined) writeLine(stderr, `There are more: go on with --after ${page.next}`);
}

function limit(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError("It is a whole number from 1 to 1000.");
}
