import { type Clock, sleep } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { KnownTick, TickFacts, TickLedger } from "./ledger.ts";

export interface SureChangeOptions {
  readonly ledger: TickLedger;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the engine's stop can wait no longer. */
  readonly ending: AbortSignal;
}

const againMs = 1_000;

/**
 * Records what became of a tick that runs here, however long the store is away: its job is kept meanwhile, for another
 * engine that got it would run the tick again. Undefined when someone else has changed it. Rejects only with the engine's end.
 */
export async function changeSurely(
  known: KnownTick,
  facts: Partial<TickFacts>,
  { ledger, clock, log, ending }: SureChangeOptions,
): Promise<KnownTick | undefined> {
  for (let isInDoubt = false; ; isInDoubt = true) {
    try {
      const changed = await ledger.change(known, facts);
      return changed === undefined && isInDoubt ? await ownChange(known, ledger) : changed;
    } catch (error) {
      if (ending.aborted) throw error;
      const fields = { pipeline: known.record.pipeline, tick: known.record.id, cause: messageOf(error) };
      log.debug(fields, "What became of a tick cannot be recorded yet; tried again in a second.");
      await sleep(clock, againMs, ending);
    }
  }
}

/** The change that the store has taken without being able to say so: nobody else changes a tick between its begin and its end. */
async function ownChange({ record, version }: KnownTick, ledger: TickLedger): Promise<KnownTick | undefined> {
  const found = await ledger.find(record.id);
  return found?.version === version + 1 && found.record.startedAt === record.startedAt ? found : undefined;
}
