import type { Clock } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Schedule, TickRecord } from "./contracts.ts";
import type { TickLedger } from "./ledger.ts";
import type { Pauses } from "./pauses.ts";
import type { DueTick } from "./planner.ts";
import { about } from "./tick-facts.ts";

export interface AfterEnd {
  readonly schedule: Schedule;
  readonly ledger: TickLedger;
  readonly pauses: Pauses;
  readonly clock: Clock;
  readonly log: Logger;
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
}

/**
 * What follows from the end of a tick: one that waits for its turn is woken, and a schedule that fails too often is paused.
 * Never rejects: a tick that waits looks by itself too, and the next failure counts the ones before it again.
 */
export async function afterEnd(tick: TickRecord, options: AfterEnd): Promise<void> {
  try {
    if (tick.outcome === "failed") await pauseIfFailing(tick, options);
    if (options.schedule.overlap !== undefined && options.schedule.overlap !== "allow") await wakeNext(tick, options);
  } catch (error) {
    const { log } = options;
    log.warn({ ...about(tick), cause: messageOf(error) }, "What follows from a tick's end has to wait.");
  }
}

async function wakeNext({ pipeline }: TickRecord, { ledger, clock, enqueue }: AfterEnd): Promise<void> {
  const next = (await ledger.open(pipeline)).find(({ record }) => record.outcome === "waiting");
  if (next !== undefined) await enqueue([{ ...next.record, dueAt: clock.now() }]);
}

// Counted from the ledger each time: a counter beside it could disagree with it.
async function pauseIfFailing({ pipeline }: TickRecord, options: AfterEnd): Promise<void> {
  const { schedule, ledger, pauses, clock, log } = options;
  const { pauseAfter } = schedule;
  if (pauseAfter === undefined) return;
  const resumedAt = (await pauses.resumedAt(pipeline)) ?? 0;
  // Ticks that were left out or run just now stand between the ended ones.
  const recent = await ledger.history(pipeline, pauseAfter + lookedThrough);
  const ended = recent.filter(({ outcome, endedAt = 0 }) => isEnd(outcome) && endedAt > resumedAt).slice(0, pauseAfter);
  if (ended.length < pauseAfter || ended.some(({ outcome }) => outcome !== "failed")) return;
  const why = `${pauseAfter} ticks in a row failed, the last one because ${ended[0]?.detail ?? "of an error"}`;
  await pauses.pause(pipeline, { since: clock.now(), by: "pauseAfter", why });
  log.error({ pipeline, cause: why }, "A schedule is paused: its ticks fail. Resume it once they can succeed.");
}

const lookedThrough = 200;

function isEnd(outcome: TickRecord["outcome"]): boolean {
  return outcome === "succeeded" || outcome === "failed";
}
