// Ticks without an end whose schedule is gone: ends them by what is known, so that none stays open for ever.
// Not here: which ticks have a schedule on this engine (schedules.ts), or what is left of their messages (parked-ticks.ts).
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Tick, TickRecord } from "./contracts.ts";
import { isOpen, type KnownTick, type TickFacts, type TickLedger } from "./ledger.ts";
import type { ParkedTicks } from "./parked-ticks.ts";
import type { ScheduleRow, ScheduleRows } from "./schedule-rows.ts";
import type { Again } from "./tick-batch.ts";
import { endOf, unbegun } from "./tick-facts.ts";

export interface Orphans {
  /** The open ticks of retired schedules, for the queue to bring to some engine. */
  open(): Promise<readonly KnownTick[]>;
  /** Looks at a tick that `job` brought and that no engine has claimed: ends it if its schedule is retired. */
  look(tick: Tick, job: string): Promise<Again>;
}

export interface OrphansOptions {
  readonly ledger: TickLedger;
  readonly rows: ScheduleRows;
  readonly parked: ParkedTicks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly engine: string;
  /** Told when a tick has ended. */
  readonly tell: (tick: TickRecord) => void;
}

/** How long other engines have, after a schedule was retired, to take what they still run of it. */
const leaveMs = 60_000;
/** How soon a tick is offered to other engines again. */
const elsewhereMs = 5_000;
/** How often a tick of which parked messages are left is looked at. */
const parkedMs = 60_000;

export function createOrphans({ ledger, rows, parked, clock, log, engine, tell }: OrphansOptions): Orphans {
  /** Whether no engine has the schedule any more, and none had it a moment ago. */
  function isGone(row: ScheduleRow | undefined): boolean {
    if (row === undefined) return true;
    if (row.retiredAt === undefined) return false;
    const agoMs = clock.now() - row.retiredAt;
    // A clock that was set back must not hold it open.
    return agoMs < 0 || agoMs >= leaveMs;
  }

  async function end(known: KnownTick, facts: Partial<TickFacts>): Promise<void> {
    const ended = await ledger.change(known, { engine, ...facts });
    if (ended === undefined) return;
    const { pipeline, id, outcome, detail } = ended.record;
    const fields = { pipeline, tick: id, cause: detail };
    if (outcome === "failed") log.error(fields, "A tick failed: its schedule is gone.");
    else log.info({ ...fields, outcome }, "A tick whose schedule is gone has its end.");
    tell(ended.record);
  }

  /** Of a tick that nobody has recorded, and whose schedule is retired: it was due before that, or never. */
  async function leaveOut(tick: Tick, retiredAt: number): Promise<void> {
    const left = tick.plannedAt > retiredAt ? undefined : await ledger.add(tick, { engine, ...unbegun, ...leftOut });
    if (left === undefined) return;
    log.info({ pipeline: tick.pipeline, tick: tick.id, cause: leftOut.detail }, "A tick is skipped.");
    tell(left.record);
  }

  /** Nothing of a tick runs any more: its job is in hand here. What is parked of it has the say, then what was recorded. */
  async function settle(known: KnownTick): Promise<Again> {
    const { record } = known;
    if (await parked.waits(record)) {
      const isNoted = record.parkedSince !== undefined;
      if (!isNoted) await ledger.change(known, { parkedSince: clock.now() });
      return { runAgainAt: clock.now() + parkedMs };
    }
    const facts = record.parkedSince === undefined ? cutOff : endOf(await parked.died(record));
    await end(known, { endedAt: clock.now(), parkedSince: undefined, ...facts });
  }

  return {
    async open() {
      const retired = [...(await rows.retired()).keys()];
      return (await Promise.all(retired.map((pipeline) => ledger.open(pipeline)))).flat();
    },
    async look(tick, job) {
      const known = await ledger.find(tick.id);
      if (known !== undefined && !isOpen(known.record)) return;
      const row = await rows.get(tick.pipeline);
      if (known === undefined && row?.retiredAt === undefined) {
        // Where its schedule lives on, whoever has it answers for its times.
        log.debug({ pipeline: tick.pipeline, tick: tick.id }, "No engine here has this schedule; the tick is dropped.");
        return;
      }
      if (!isGone(row)) return { runAgainAt: clock.now() + elsewhereMs, isOwn: true };
      if (known === undefined) return leaveOut(tick, row?.retiredAt ?? -Infinity);
      if (known.record.outcome === "waiting") return end(known, leftOut);
      // Another job runs it: that one has the say.
      if (known.record.parkedSince === undefined && known.record.job !== job) return;
      return settle(known);
    },
  };
}

const leftOut = { timing: "skipped", outcome: "none", detail: "Its pipeline was removed before it began." } as const;
const cutOff = { outcome: "failed", detail: "Its pipeline was removed, and its run was cut off." } as const;
