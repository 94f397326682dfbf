// What the live stream tells, as JSON. Nothing here runs: a browser reads it, too.
import type { Command } from "../../commands/contracts.ts";
import type { SourceStatus } from "../../component/contracts.ts";
import type { DeadLetterStatus } from "../../runtime/dead-letters/tally.ts";
import type { Readiness } from "../../runtime/readiness.ts";
import type { ReloadResult } from "../../runtime/reload/result.ts";
import type {
  BreakerStatus,
  ConnectionStatus,
  EngineStatus,
  Notice,
  PipelineStatus,
  Problem,
  StepStatus,
} from "../../runtime/status.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import type { pipelineNumbers, sinkNumbers, stepNumbers } from "./numbers.ts";

/** The numbers of a pipeline; null where there is none, as the latency of an interval in which nothing was delivered. */
export type PipelineNumbers = Readonly<Record<(typeof pipelineNumbers)[number], number | null>>;
export type StepNumbers = Readonly<Record<(typeof stepNumbers)[number], number | null>>;
export type SinkNumbers = Readonly<Record<(typeof sinkNumbers)[number], number | null>>;

/** What seldom changes of a pipeline. */
export interface PipelineFacts extends Pick<PipelineStatus, "name" | "at" | "hash" | "state"> {
  /** Names it in rows of numbers, as long as the stream lasts. */
  readonly index: number;
  readonly description?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly source: { readonly component: string; readonly status?: SourceStatus | undefined };
  readonly steps: readonly StepFacts[];
  readonly sinks: readonly SinkFacts[];
}

export type StepFacts = Pick<StepStatus, "name" | "component">;

export interface SinkFacts {
  readonly name: string;
  readonly component: string;
  readonly problem?: Problem | undefined;
  readonly breaker: BreakerStatus;
  /** What waits in the store is all that may: the pipeline takes no more than it can hold. */
  readonly isFull: boolean;
}

export interface LivePipeline extends Omit<PipelineFacts, "steps" | "sinks"> {
  readonly numbers: PipelineNumbers;
  readonly steps: readonly LiveStep[];
  readonly sinks: readonly LiveSink[];
}

export interface LiveStep extends StepFacts {
  readonly numbers: StepNumbers;
}

export interface LiveSink extends SinkFacts {
  readonly numbers: SinkNumbers;
}

/** What is told of the engine itself. */
export type EngineFacts = Pick<EngineStatus, "version" | "startedAt" | "state" | "store" | "httpUrl">;

/** An engine at a moment, as a listener knows it. */
export interface LiveState {
  /** ISO 8601. */
  readonly at: string;
  readonly engine: EngineFacts;
  readonly pipelines: readonly LivePipeline[];
  readonly connections: readonly ConnectionStatus[];
  /** Undefined until the store has been asked, within a second. */
  readonly readiness: Readiness | undefined;
  readonly deadLetters: DeadLetterStatus;
  /** Newest first, as are ticks and commands: the latest few. */
  readonly notices: readonly Notice[];
  readonly ticks: readonly TickRecord[];
  readonly commands: readonly Command[];
  readonly reload: ReloadResult | undefined;
}

/**
 * What changed since the event before: what is left out is as it was. The first one has all there is, and so has one that
 * comes when a slow reader has missed some.
 */
export interface LiveEvent extends Partial<Omit<LiveState, "at" | "pipelines">> {
  readonly at: string;
  /** True where it does not stand on those before. */
  readonly isWhole?: true;
  /** Pipelines that are new or not as they were; their numbers come in rows. */
  readonly pipelines?: readonly PipelineFacts[];
  /** Names of those that are gone. */
  readonly removed?: readonly string[];
  /** A pipeline's index, then its numbers in the order of `pipelineNumbers`. */
  readonly rows?: readonly Row[];
  /** A pipeline's index, its step's place from 0, then the step's numbers in the order of `stepNumbers`. */
  readonly stepRows?: readonly Row[];
  /** A pipeline's index, its sink's place from 0, then the sink's numbers in the order of `sinkNumbers`. */
  readonly sinkRows?: readonly Row[];
}

export type Row = readonly (number | null)[];
