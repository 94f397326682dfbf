// Records the begin of ticks that are new to the ledger and wait for no turn: those of a crowd in one look at the pauses and
// one record. Not here: ticks that are known, paused or take turns (gate.ts).
import { gather } from "../gather.ts";
import type { Tick } from "./contracts.ts";
import type { KnownTick, TickFacts, TickLedger } from "./ledger.ts";
import type { Pauses } from "./pauses.ts";

/** A tick and what is recorded of its begin. */
export interface Beginning {
  readonly tick: Tick;
  readonly facts: TickFacts;
}

/** Undefined for one that has not begun by this: its schedule is paused, or the ledger knows it. */
export type Begin = (beginning: Beginning) => Promise<KnownTick | undefined>;

/** Each call sees pauses as the store says after it. */
export function createBegin({ ledger, pauses }: { ledger: TickLedger; pauses: Pauses }): Begin {
  return gather(async (beginnings: readonly Beginning[]) => {
    const paused = await pauses.ofMany(beginnings.map(({ tick }) => tick.pipeline));
    const open = beginnings.filter((_, index) => paused[index] === undefined);
    const known = (await ledger.addMany(open)).values();
    return paused.map((pause) => (pause === undefined ? known.next().value : undefined));
  });
}
