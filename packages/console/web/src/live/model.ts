import type {
  Command,
  ConnectionStatus,
  EngineStatus,
  Notice,
  PipelineStatus,
  Problem,
  Readiness,
  ReloadResult,
  SinkStatus,
  TickRecord,
} from "@signalbox/core";

/** Counts are since the engine's start, rates of the latest seconds; null is what is not known, or of nothing. */
export type PipelineNumbers = Readonly<
  Record<
    | "received"
    | "receivedPerSecond"
    | "delivered"
    | "deliveredPerSecond"
    | "failedPerSecond"
    | "discarded"
    | "deadLettered"
    | "inFlight"
    | "parked"
    | "p50Ms"
    | "p99Ms"
    | "receivedAt",
    number | null
  >
>;

export type SinkNumbers = Omit<PipelineNumbers, "received" | "receivedPerSecond" | "receivedAt">;

export interface LiveSink extends Pick<SinkStatus, "name" | "component" | "breaker"> {
  readonly problem?: Problem | undefined;
  /** What waits in the store is all that may. */
  readonly isFull: boolean;
  readonly numbers: SinkNumbers;
}

export interface LivePipeline extends Pick<PipelineStatus, "name" | "at" | "hash" | "state" | "steps" | "source"> {
  readonly description?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly sinks: readonly LiveSink[];
  readonly numbers: PipelineNumbers;
}

/** An engine at a moment, as its pages know it. */
export interface LiveState {
  /** ISO 8601. */
  readonly at: string;
  readonly engine: Pick<EngineStatus, "version" | "startedAt" | "state" | "store" | "httpUrl">;
  readonly pipelines: readonly LivePipeline[];
  readonly connections: readonly ConnectionStatus[];
  /** Undefined until it is known. */
  readonly readiness: Readiness | undefined;
  readonly deadLetters: EngineStatus["deadLetters"];
  /** Newest first, as are ticks and commands: the latest few. */
  readonly notices: readonly Notice[];
  readonly ticks: readonly TickRecord[];
  readonly commands: readonly Command[];
  readonly reload: ReloadResult | undefined;
}
