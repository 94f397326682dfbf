// From what an engine counts to the numbers of a row: totals, rates and latencies since the measurement before.
import type { EngineTimings, SinkTimings, StepTimings } from "../../runtime/timings.ts";
import type { DiscardCounts, EngineStatus, PipelineStatus, SinkStatus, StepStatus } from "../../runtime/status.ts";
import { quantileMs, rounded, since, together } from "./quantile.ts";
import type { Row } from "./shapes.ts";

/** A pipeline's numbers at a moment, and what the next measurement needs of it. */
export interface Measured {
  readonly row: Row;
  readonly stepRows: readonly Row[];
  readonly sinkRows: readonly Row[];
  readonly counted: Counted;
}

interface Counted {
  readonly received: number;
  readonly delivered: number;
  readonly failed: number;
  readonly receivedAt: number | null;
  readonly steps: readonly CountedStep[];
  readonly sinks: readonly CountedSink[];
}

interface CountedStep {
  readonly name: string;
  readonly passed: number;
  readonly discarded: number;
  readonly failed: number;
  readonly buckets: readonly number[];
}

interface CountedSink {
  readonly name: string;
  readonly delivered: number;
  readonly failed: number;
  readonly buckets: readonly number[];
}

/** When a measurement is taken, and how long after the one before; undefined for the first. */
export interface Moment {
  readonly now: number;
  readonly elapsedMs: number | undefined;
}

/** Measures every pipeline; `before` is what an earlier call gave. Rows lack the index. */
export function measure(
  { pipelines }: Pick<EngineStatus, "pipelines">,
  timings: EngineTimings,
  before: ReadonlyMap<string, Measured>,
  moment: Moment,
): ReadonlyMap<string, Measured> {
  const timed = new Map(timings.pipelines.map((each) => [each.name, each]));
  return new Map(
    pipelines.map((pipeline) => {
      const { sinceReceivedMs, steps = [], sinks = [] } = timed.get(pipeline.name) ?? {};
      const counted = before.get(pipeline.name)?.counted;
      return [pipeline.name, measured(pipeline, { sinceReceivedMs, steps, sinks, counted, moment })];
    }),
  );
}

interface Known {
  readonly sinceReceivedMs: number | undefined;
  readonly steps: readonly StepTimings[];
  readonly sinks: readonly SinkTimings[];
  readonly counted: Counted | undefined;
  readonly moment: Moment;
}

function measured({ counts, steps, sinks }: PipelineStatus, known: Known): Measured {
  const { counted: before, moment } = known;
  const timed = steps.map((step, at) => measuredStep(step, known.steps[at], known));
  const both = sinks.map((sink, at) => measuredSink(sink, known.sinks[at], known));
  const delivered = sum(sinks.map((sink) => sink.counts.delivered));
  const failed = counts.deadLettered + sum(both.map(({ counted }) => counted.failed));
  const { received } = counts;
  const buckets = together(both.map((each) => each.latest));
  const receivedAt = receivedAtOf(received, known);
  const row = [
    received,
    perSecond(before?.received, received, moment),
    delivered,
    perSecond(before?.delivered, delivered, moment),
    perSecond(before?.failed, failed, moment),
    total(counts.discarded) + sum(sinks.map((sink) => total(sink.counts.discarded))),
    counts.deadLettered + sum(sinks.map((sink) => sink.counts.deadLettered)),
    counts.inFlight,
    counts.parked,
    quantileMs(buckets, 0.5),
    quantileMs(buckets, 0.99),
    receivedAt,
  ];
  const [ofSteps, ofSinks] = [timed.map((each) => each.counted), both.map((each) => each.counted)];
  const counted = { received, delivered, failed, receivedAt, steps: ofSteps, sinks: ofSinks };
  return { row, stepRows: timed.map((each) => each.row), sinkRows: both.map((each) => each.row), counted };
}

function measuredStep(
  { name, counts }: StepStatus,
  timings: StepTimings | undefined,
  { counted, moment }: Known,
): { readonly row: Row; readonly counted: CountedStep } {
  const before = counted?.steps.find((each) => each.name === name);
  const { passed, failed } = counts;
  const discarded = total(counts.discarded);
  const buckets = timings?.process.buckets ?? [];
  const latest = moment.elapsedMs === undefined ? [] : since(before?.buckets, buckets);
  const row = [
    passed,
    perSecond(before?.passed, passed, moment),
    discarded,
    perSecond(before?.discarded, discarded, moment),
    failed,
    perSecond(before?.failed, failed, moment),
    quantileMs(latest, 0.5),
    quantileMs(latest, 0.99),
  ];
  return { row, counted: { name, passed, discarded, failed, buckets } };
}

function measuredSink(
  { name, counts }: SinkStatus,
  timings: SinkTimings | undefined,
  { counted, moment }: Known,
): { readonly row: Row; readonly counted: CountedSink; readonly latest: readonly number[] } {
  const before = counted?.sinks.find((each) => each.name === name);
  const { delivered, deadLettered, inFlight, parked } = counts;
  const failed = counts.retried + deadLettered;
  const buckets = timings?.delivery.buckets ?? [];
  // Of the time before the first measurement nobody wants to know the latency now.
  const latest = moment.elapsedMs === undefined ? [] : since(before?.buckets, buckets);
  const row = [
    delivered,
    perSecond(before?.delivered, delivered, moment),
    perSecond(before?.failed, failed, moment),
    total(counts.discarded),
    deadLettered,
    inFlight,
    parked,
    quantileMs(latest, 0.5),
    quantileMs(latest, 0.99),
  ];
  return { row, counted: { name, delivered, failed, buckets }, latest };
}

/** Computed anew only when something came: the two clocks it stands on drift apart by a millisecond now and then. */
function receivedAtOf(received: number, { sinceReceivedMs, counted, moment }: Known): number | null {
  if (sinceReceivedMs === undefined) return null;
  if (counted !== undefined && counted.received === received && counted.receivedAt !== null) return counted.receivedAt;
  return Math.round(moment.now - sinceReceivedMs);
}

/** What is new since the measurement before began at nothing. */
function perSecond(before: number | undefined, now: number, { elapsedMs }: Moment): number | null {
  if (elapsedMs === undefined || elapsedMs <= 0) return null;
  return rounded((Math.max(0, now - (before ?? 0)) * 1000) / elapsedMs);
}

function total(discarded: DiscardCounts): number {
  return sum(Object.values(discarded));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
