/** The numbers of a pipeline in a row of the live stream. Counts are since the engine's start, rates of the latest interval. */
export const pipelineNumbers = [
  "received",
  "receivedPerSecond",
  "delivered",
  "deliveredPerSecond",
  /** Tries that failed for now, and deaths. */
  "failedPerSecond",
  "discarded",
  "deadLettered",
  "inFlight",
  "parked",
  /** From taking a message in until a sink had it, of those delivered in the interval, estimated from buckets. */
  "p50Ms",
  "p99Ms",
  /** Milliseconds since the epoch: when the source gave its latest message. */
  "receivedAt",
] as const;

/** The numbers of a step in a row of the live stream: messages, and parts of messages, that it is done with. */
export const stepNumbers = [
  "passed",
  "passedPerSecond",
  "discarded",
  "discardedPerSecond",
  "failed",
  "failedPerSecond",
  /** How long the step had one of them. */
  "p50Ms",
  "p99Ms",
] as const;

/** The numbers of a sink in a row of the live stream. */
export const sinkNumbers = [
  "delivered",
  "deliveredPerSecond",
  "failedPerSecond",
  "discarded",
  "deadLettered",
  "inFlight",
  "parked",
  "p50Ms",
  "p99Ms",
] as const;
