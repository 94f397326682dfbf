import type { EntryLog } from "../entry-log.ts";
import { natural } from "../rest/page.ts";

/** `total` counts all that ever came, `entries` are the newest of those kept (`limit`, 100 unless told). */
export function logJson(log: EntryLog<unknown>, query: URLSearchParams): object {
  const limit = natural(query.get("limit"), 1) ?? 100;
  return { total: log.total, dropped: log.dropped, entries: log.entries.slice(-limit) };
}
