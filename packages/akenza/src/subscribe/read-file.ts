import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { SignalboxError } from "@signalbox/core";
import { parse } from "csv-parse/sync";
import { isAkenzaId, whyNoId } from "../ids.ts";

/** An id and where it stood, for the finding when it is none. */
interface Found {
  readonly text: unknown;
  readonly line: number | undefined;
}

/**
 * The akenza ids of a file, in its order. CSV has a head line; JSON is a list and NDJSON one value a line, of texts or of
 * objects. Throws AKENZA_IDS_UNREADABLE (retryable) for the whole file if a part cannot be read: half a list would
 * unsubscribe the other half.
 */
export async function readIdFile(
  path: string,
  options: { name: string; column: string | undefined },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { name } = options;
  const column = options.column ?? "id";
  try {
    const text = (await readFile(path, { encoding: "utf8", signal })).replace(/^\uFEFF/, "");
    // A file that is just being written anew is empty for a moment; that is not an empty list.
    if (text.trim() === "") throw new Error("the file is empty");
    return readFound(text, extname(path).toLowerCase(), column).map(({ text: id, line }) => {
      if (isAkenzaId(id)) return id;
      throw new Error(
        `${line === undefined ? "" : `line ${line}: `}${typeof id === "string" ? whyNoId(id) : `there is no text in "${column}"`}`,
      );
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreadable(name, error);
  }
}

function readFound(text: string, ending: string, column: string): readonly Found[] {
  switch (ending) {
    case ".csv":
      return readCsv(text, column);
    case ".json":
      return readJson(text, column);
    case ".ndjson":
    case ".jsonl":
      return readLines(text, column);
    default:
      throw new Error(`the ending "${ending}" is not known: use .csv, .json or .ndjson`);
  }
}

function readCsv(text: string, column: string): readonly Found[] {
  const rows: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
    columns: true,
    info: true,
    skip_empty_lines: true,
    trim: true,
  });
  const [head = ""] = text.split(/\r?\n/, 1);
  const columns = head.split(",").map((each) => each.trim().replace(/^"|"$/g, ""));
  if (!columns.includes(column)) throw new Error(`there is no column "${column}"; there are ${columns.join(", ")}`);
  return rows.map(({ record, info }) => ({ text: record[column], line: info.lines }));
}

function readJson(text: string, column: string): readonly Found[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error("the file holds no list");
  return list.map((each: unknown) => ({ text: fieldOf(each, column), line: undefined }));
}

function readLines(text: string, column: string): readonly Found[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    return [{ text: fieldOf(JSON.parse(line), column), line: index + 1 }];
  });
}

/** A text itself, or the named field of an object. */
function fieldOf(value: unknown, column: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).find(([name]) => name === column)?.[1];
}

export function unreadable(name: string, cause: unknown): SignalboxError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SignalboxError("AKENZA_IDS_UNREADABLE", `${name} gives no list of devices: ${why}`, {
    isRetryable: true,
    cause,
  });
}
