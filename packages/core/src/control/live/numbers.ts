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

/** What charts do not show: totals of which there is a rate, and a time. */
type Uncharted<Name extends string> = "receivedAt" | (Name extends `${infer Total}PerSecond` ? Total : never);
type Charted<Name extends string> = Exclude<Name, Uncharted<Name>>;

/** Numbers per minute for charts; what ended in the minute, or the state at its end. */
export const pipelineColumns = charted(pipelineNumbers);
export const stepColumns = charted(stepNumbers);
export const sinkColumns = charted(sinkNumbers);

function charted<Name extends string>(names: readonly Name[]): readonly Charted<Name>[] {
  const all: ReadonlySet<string> = new Set(names);
  return names.filter((name): name is Charted<Name> => name !== "receivedAt" && !all.has(`${name}PerSecond`));
}
