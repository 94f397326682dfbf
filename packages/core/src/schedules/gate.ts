// Whether a tick that is due may begin: not while its schedule is paused, and not beside another one where the author
// says so. Not here: what becomes of it then (runner.ts).
import type { Overlap, Pause, Tick, TickTiming } from "./contracts.ts";
import type { KnownTick, TickLedger } from "./ledger.ts";
import type { Pauses } from "./pauses.ts";
import type { Turns } from "./turns.ts";

/** `found` is what the ledger holds of the tick by now; undefined for nothing. */
export type Pass =
  | { readonly found: KnownTick | undefined }
  | { readonly refused: string; readonly found: KnownTick | undefined }
  /** It is in the ledger, and its turn comes later. */
  | { readonly waits: true }
  /** The ledger knows it already. */
  | { readonly contested: true };

export interface Gate {
  /** Asked before a tick is recorded as running, for each tick and each time. */
  pass(tick: Tick, start: { overlap: Overlap; timing: TickTiming; found: KnownTick | undefined }): Promise<Pass>;
}

export interface GateOptions {
  readonly ledger: TickLedger;
  readonly pauses: Pauses;
  readonly turns: Turns;
}

/** How many ticks may wait for their turn, beside those that are caught up. */
const mostWaiting = 100;
const mostRemembered = 10_000;

export function createGate({ ledger, pauses, turns }: GateOptions): Gate {
  // Of each waiting tick, the one right before it. While that one waits there is no need to read the whole line again, which
  // many that all look for themselves would do.
  const before = new Map<string, string>();

  async function isBehind({ id }: Tick): Promise<boolean> {
    const next = before.get(id);
    if (next !== undefined && (await ledger.find(next))?.record.outcome === "waiting") return true;
    before.delete(id);
    return false;
  }

  function remember(id: string, next: string): void {
    // Another engine may have taken up the ones that nobody asks for here any more.
    for (const oldest of before.keys()) {
      if (before.size < mostRemembered) break;
      before.delete(oldest);
    }
    before.set(id, next);
  }

  async function passInTurn(tick: Tick, known: KnownTick, overlap: Overlap): Promise<Pass> {
    const { timing } = known.record;
    const isPatient = overlap === "queue" || timing === "caught-up";
    if (isPatient) {
      if (await isBehind(tick)) return { waits: true };
      const open = await ledger.open(tick.pipeline);
      const waiting = open.filter(({ record }) => record.outcome === "waiting" && record.by === undefined);
      const place = waiting.findIndex(({ record }) => record.id === tick.id);
      if (place > 0 && place >= mostWaiting && timing !== "caught-up")
        return { refused: `${mostWaiting} ticks wait already.`, found: known };
      const next = waiting[place - 1];
      if (next !== undefined) {
        remember(tick.id, next.record.id);
        return { waits: true };
      }
    }
    if (await turns.take(tick)) return { found: known };
    return isPatient ? { waits: true } : { refused: "Another tick of it still runs.", found: known };
  }

  return {
    async pass(tick, { overlap, timing, found }) {
      if (found?.record.by !== undefined) {
        // Who asks for a tick wants it now; it takes the turn if it is free, so that others know of it.
        if (overlap !== "allow") await turns.take(tick);
        return { found };
      }
      const pause = await pauses.of(tick.pipeline);
      if (pause !== undefined) return { refused: describe(pause), found };
      if (overlap === "allow") return { found };
      // In the ledger first: a turn is held by a tick that can be asked for its end.
      const waiting = { startedAt: undefined, endedAt: undefined, timing, outcome: "waiting" } as const;
      const known = found?.record.outcome === "waiting" ? found : await waitIn(ledger, { tick, found, waiting });
      return known === undefined ? { contested: true } : passInTurn(tick, known, overlap);
    },
  };
}

function waitIn(
  ledger: TickLedger,
  { tick, found, waiting }: { tick: Tick; found: KnownTick | undefined; waiting: Parameters<TickLedger["add"]>[1] },
): Promise<KnownTick | undefined> {
  return found === undefined ? ledger.add(tick, waiting) : ledger.change(found, waiting);
}

function describe({ since, by, why }: Pause): string {
  return `Paused since ${new Date(since).toISOString()} by ${by}: ${why}`;
}
