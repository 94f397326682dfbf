import type { Logger } from "../log.ts";
import type { TickLedger } from "./ledger.ts";
import type { Pauses } from "./pauses.ts";
import type { ScheduleRows } from "./schedule-rows.ts";
import type { Turns } from "./turns.ts";

export interface ScheduleBooks {
  readonly ledger: TickLedger;
  readonly rows: ScheduleRows;
  readonly pauses: Pauses;
  readonly turns: Turns;
  readonly log: Logger;
}

/**
 * Gives what the store knows of a schedule to another name, once: its ticks, its pause and until when it is accounted for.
 * The former name's row goes last, so that a crash in between is made good by the next start.
 */
export async function takeOver(from: string, to: string, books: ScheduleBooks): Promise<void> {
  const { ledger, rows, pauses, turns, log } = books;
  const row = await rows.get(from);
  if (row === undefined) return;
  await ledger.move(from, to);
  await pauses.move(from, to);
  if (row.retiredAt === undefined && (await rows.get(to)) === undefined)
    await rows.account(to, row.plan, row.accountedUntil);
  await turns.remove([from]);
  await rows.remove([from]);
  log.info({ pipeline: to, renamedFrom: from }, "A schedule has taken over the history of its former name.");
}
