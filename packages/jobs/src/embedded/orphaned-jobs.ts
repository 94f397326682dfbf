import type { SqlLink } from "../sql/sql-link.ts";

/**
 * Lets go of the jobs that the last process had in hand when it died. The store is one process's alone, so that nobody works
 * on them: the workers need not wait until the locks run out, which BullMQ would have them do.
 */
export async function releaseOrphanedJobs({ query, names }: Pick<SqlLink, "query" | "names">): Promise<void> {
  const held = "state = 'active' AND locked_until_ms IS NOT NULL";
  await query(`UPDATE ${names.queue}.job SET locked_until_ms = 0, stalled_marked = true WHERE ${held}`, []);
  // Else the first search of the workers would be put off, as if one had been made just now.
  await query(`DELETE FROM ${names.queue}.meta WHERE field = 'stalled-check'`, []);
}
