import type { DurationCounts } from "./durations.ts";
import type { SpanCounts } from "../ports/traces.ts";
import type { StoreTimings } from "./timed-backend.ts";

/** How long things took since the engine started: what is too much for its status. A snapshot between two turns. */
export interface EngineTimings {
  readonly pipelines: readonly PipelineTimings[];
  readonly store: readonly StoreTimings[];
  /** What became of spans; undefined where the engine is not traced. */
  readonly spans: SpanCounts | undefined;
}

export interface PipelineTimings {
  readonly name: string;
  /** Since the source gave its latest message, in milliseconds; undefined before the first. */
  readonly sinceReceivedMs: number | undefined;
  readonly steps: readonly StepTimings[];
  readonly sinks: readonly SinkTimings[];
}

export interface StepTimings {
  readonly name: string;
  /** One message each, or part of one. */
  readonly process: DurationCounts;
}

export interface SinkTimings {
  readonly name: string;
  /** From the moment the engine took a message in until the sink had it, parked ones included. */
  readonly delivery: DurationCounts;
  /** One try: a call of the sink with a batch, whatever its end. */
  readonly tries: DurationCounts;
}
