import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Retention } from "../retention.ts";
import type { Schedule } from "./contracts.ts";
import { revisionOf } from "./schedule-rows.ts";
import type { ScheduleBooks } from "./take-over.ts";

export interface Pruning {
  /** Those this engine has. */
  readonly schedules: readonly Schedule[];
  readonly retention: Retention;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Forgets what is older than the ledger keeps: ticks, and all there is of schedules that were retired so long ago. */
export async function prune(books: Omit<ScheduleBooks, "log">, pruning: Pruning): Promise<void> {
  const { ledger, rows, pauses, turns } = books;
  const { schedules, retention, clock, log } = pruning;
  // Before pruning: the last tick of a rare schedule may go, and its absence must not read as a missed one.
  const now = clock.now();
  await Promise.all(schedules.map((schedule) => rows.account(schedule.pipeline, revisionOf(schedule), now)));
  const pruned = await ledger.prune(retention);
  if (pruned > 0) log.debug({ pruned }, "Old entries left the tick ledger.");
  const before = clock.now() - retention.ageMs;
  const retired = [...(await rows.retired())];
  const old = retired.filter(([, { retiredAt = Infinity }]) => retiredAt < before).map(([name]) => name);
  if (old.length > 0) for (const each of [pauses, turns, rows]) await each.remove(old);
}
