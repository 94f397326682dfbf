import type { Command } from "../commands/contracts.ts";
import type { ConnectionTrouble, DiscardReason, SourceStatus } from "../component/contracts.ts";
import type { SignalboxError } from "../errors/error.ts";
import type { Location } from "../location.ts";
import type { TickRecord } from "../schedules/contracts.ts";
import type { ReloadResult } from "./reload/result.ts";
import type { DeadLetterStatus } from "./dead-letters/tally.ts";

/** What a running engine says of itself: plain JSON, a snapshot between two turns. */
export interface EngineStatus {
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly now: string;
  readonly state: "starting" | "running" | "stopping";
  readonly store: { readonly kind: string; readonly description: string };
  /** Where webhooks, /livez and /readyz answer. */
  readonly httpUrl: string | undefined;
  readonly connections: readonly ConnectionStatus[];
  readonly pipelines: readonly PipelineStatus[];
  /** The latest changed commands, newest first. */
  readonly commands: readonly Command[];
  /** The latest started or ended ticks, newest first. */
  readonly ticks: readonly TickRecord[];
  readonly deadLetters: DeadLetterStatus;
  /** The latest warnings and errors of the log, newest first. */
  readonly notices: readonly Notice[];
  /** The latest reload; absent before the first. */
  readonly reload?: ReloadResult;
}

export interface Notice {
  readonly at: string;
  readonly level: "warn" | "error";
  readonly sentence: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

export function problemOf({ code, message, hint }: SignalboxError): Problem {
  return { code, message, hint };
}

export interface ConnectionStatus {
  readonly name: string;
  readonly component: string;
  readonly state: "closed" | "connecting" | "open" | "failed";
  readonly problem: Problem | undefined;
  /** How often what happened since it was made; absent where its kind counts nothing. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Why what should come over it does not come now. */
  readonly trouble?: ConnectionTrouble;
}

/** starting: components open. waiting: something failed to open and is tried again. failed: it will not come up by itself. */
export type PipelineState = "starting" | "running" | "waiting" | "draining" | "stopped" | "failed";

export interface PipelineStatus {
  readonly name: string;
  readonly description: string | undefined;
  readonly at: Location;
  readonly hash: string;
  readonly state: PipelineState;
  readonly problem: Problem | undefined;
  readonly source: { readonly component: string; readonly status: SourceStatus | undefined };
  readonly steps: readonly StepStatus[];
  readonly sinks: readonly SinkStatus[];
  readonly counts: MessageCounts;
}

export interface StepStatus {
  readonly name: string;
  readonly component: string;
  readonly counts: StepCounts;
}

export interface SinkStatus {
  readonly name: string;
  readonly component: string;
  readonly counts: WriteCounts;
  /** The latest failure, until a write succeeds again. */
  readonly problem: Problem | undefined;
  readonly breaker: BreakerStatus;
  /** What waits in the store, and whether that is all it may be: then the pipeline takes no more than it can hold. */
  readonly parkedSize: { readonly count: number; readonly bytes: number; readonly isFull: boolean };
}

/** A sink's circuit breaker: while it is open nothing is tried, and messages are parked at once. */
export interface BreakerStatus {
  readonly state: "closed" | "open" | "half-open";
  /** ISO 8601; undefined while it is closed. */
  readonly since: string | undefined;
  readonly reason: Problem | undefined;
  /** ISO 8601: when the sink is tried again. */
  readonly nextTryAt: string | undefined;
  /** True when someone must mend our credentials or rights first: the engine is not ready then. */
  readonly isAccessRefused: boolean;
}

export type DiscardCounts = Readonly<Partial<Record<DiscardReason, number>>>;

/**
 * Messages of a pipeline since this engine started (delivery.md, rule 3):
 * received + resumed + redriven + taken + divided = settled + inFlight + parked + handed. `unaccounted` is the difference:
 * 0, or a bug.
 */
export interface MessageCounts {
  readonly received: number;
  /** Parked by an earlier run and found in the store. */
  readonly resumed: number;
  /** Dead letters whose messages were sent again. */
  readonly redriven: number;
  /** Queued messages taken out of the store, by whichever engine they were handed over. */
  readonly taken: number;
  /** A message that leaves flight with n parked writes goes on as n: n - 1 are counted here. */
  readonly divided: number;
  /** Messages of `delivery: queued` handed over to the store. */
  readonly handed: number;
  readonly settled: number;
  readonly inFlight: number;
  readonly parked: number;
  /** Of the settled: those that no sink was due to get, by reason. */
  readonly discarded: DiscardCounts;
  /** Of the settled: those that failed before any write. */
  readonly deadLettered: number;
  readonly unaccounted: number;
}

/** Messages and parts of messages that a step is done with: received = passed + discarded + failed. */
export interface StepCounts {
  readonly received: number;
  /** Those that went on: changed, as several, or as they were because the step's `when` did not hold. */
  readonly passed: number;
  readonly discarded: DiscardCounts;
  readonly failed: number;
}

/** Writes to one sink: due + resumed = delivered + discarded + deadLettered + inFlight + parked. */
export interface WriteCounts {
  readonly due: number;
  readonly resumed: number;
  readonly delivered: number;
  readonly discarded: DiscardCounts;
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly parked: number;
  /** Tries that failed for now, of any write. */
  readonly retried: number;
  readonly unaccounted: number;
}
