import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Begin } from "./beginnings.ts";
import type { Schedule, Tick, TickEnd, TickRecord } from "./contracts.ts";
import type { Gate } from "./gate.ts";
import type { TickLedger } from "./ledger.ts";
import type { ParkedTicks } from "./parked-ticks.ts";

/** One schedule, as its runner needs it. */
export interface TickRunnerOptions {
  readonly schedule: Schedule;
  readonly registeredAt: number;
  /** Planned times after this one are this revision's to answer for. */
  readonly answersAfter: number;
  readonly fire: (tick: Tick) => Promise<TickEnd | void>;
}

/** What the runners of an engine share. */
export interface TickServices {
  readonly ledger: TickLedger;
  readonly gate: Gate;
  readonly begin: Begin;
  readonly parked: ParkedTicks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly engine: string;
  /** Told when a tick starts, when it ends and when it is left out. */
  readonly tell: (tick: TickRecord) => void;
  /** Aborts when the engine's stop can wait no longer. */
  readonly ending: AbortSignal;
  /** A tick of a schedule has ended, in the ledger. */
  readonly ended: (tick: TickRecord, schedule: Schedule) => Promise<void>;
}
