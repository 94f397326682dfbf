import type { Weakness } from "../weakness.ts";
import type { SqlLink } from "./sql-link.ts";

/** A server's settings with which PostgreSQL itself says that it may lose what it acknowledged. */
export async function serverWeaknesses(query: SqlLink["query"]): Promise<readonly Weakness[]> {
  const sql = "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit";
  const [row] = (await query<{ fsync: string; commit: string }>(sql, [])).rows;
  const found: Weakness[] = [];
  if (row?.fsync === "off") {
    found.push({
      found: "PostgreSQL runs with fsync off: a power cut can destroy the whole database.",
      advice: "Set `fsync = on`.",
    });
  }
  if (row?.commit === "off") {
    found.push({
      found:
        "PostgreSQL runs with synchronous_commit off: what is parked or planned in the last moments before a crash is lost.",
      advice: "Set `synchronous_commit = on`.",
    });
  }
  return found;
}
