import type { QueryConnection } from "@signalbox/core";
import { isAkenzaId, whyNoId } from "../ids.ts";
import { unreadable } from "./read-file.ts";

/** The akenza ids of a query's rows, in their order. Throws AKENZA_IDS_UNREADABLE (retryable) for the whole of it. */
export async function readIdRows(
  connection: QueryConnection,
  sql: { readonly query: string; readonly column: string | undefined; readonly name: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const rows = await connection.query(sql.query, [], signal);
    return rows.map((row, index) => {
      const id = idOf(row, sql.column);
      if (isAkenzaId(id)) return id;
      throw new Error(
        `row ${index + 1}: ${typeof id === "string" ? whyNoId(id) : "there is no text in its id column"}`,
      );
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreadable(sql.name, error);
  }
}

function idOf(row: Readonly<Record<string, unknown>>, column: string | undefined): unknown {
  if (column === undefined) return Object.values(row)[0];
  if (!Object.hasOwn(row, column))
    throw new Error(`there is no column "${column}"; there are ${Object.keys(row).join(", ")}`);
  return row[column];
}
