import type { DurationCounts, SinkStatus, SinkTimings, WriteCounts } from "@signalbox/core";
import { counter, gauge, histogram, type Labels, type Metric, type Reading, type Sample } from "./definition.ts";
import { byReason, snake } from "./pipeline-metrics.ts";

const labels = ["pipeline", "sink"];
const breakerStates = ["closed", "open", "half-open"] as const;

/** Writes of each sink, as delivery.md, rule 3 counts them, how long they took, and how the sink is. */
export const sinkMetrics: readonly Metric[] = [
  counted("due", "Messages that were due at the sink."),
  counted("resumed", "Parked messages that an earlier run left and this one found in the store."),
  counted("delivered", "Messages that the sink has."),
  counted("deadLettered", "Messages that the sink could not be given, and that became dead letters."),
  counted(
    "retried",
    "Tries that failed for now; the messages were parked, or became dead letters as the last try failed.",
  ),
  counter({
    name: "signalbox_sink_discarded_total",
    help: "Messages that the sink left out on purpose, by the reason.",
    labels: [...labels, "reason"],
    *read({ status }) {
      for (const [own, sink] of sinksOf(status)) yield* byReason(own, sink.counts.discarded);
    },
  }),
  present("inFlight", "Messages in the sink's hands, or waiting for it in memory."),
  present("parked", "Messages that wait in the store for a retry."),
  present("unaccounted", "Messages that were due and are nowhere: anything but 0 is a bug."),
  stated("parked_bytes", "Size of what waits in the store.", ({ parkedSize }) => parkedSize.bytes),
  stated(
    "parked_full",
    "1 while the sink has all parked that it may: its pipeline takes no more than it can hold.",
    (sink) => (sink.parkedSize.isFull ? 1 : 0),
  ),
  stated("access_refused", "1 while somebody must mend our credentials or rights at the other side.", ({ breaker }) =>
    breaker.isAccessRefused ? 1 : 0,
  ),
  gauge({
    name: "signalbox_sink_breaker",
    help: "1 for the state that the sink's circuit breaker is in, 0 for the others; while it is open, messages are parked.",
    labels: [...labels, "state"],
    *read({ status }) {
      for (const [own, { breaker }] of sinksOf(status)) {
        for (const state of breakerStates) yield { labels: { ...own, state }, value: breaker.state === state ? 1 : 0 };
      }
    },
  }),
  timed(
    "delivery",
    "From the moment the engine took a message in until the sink had it, waiting in the store included.",
    (sink) => sink.delivery,
  ),
  timed("try", "One call of the sink, with one message or a batch, whatever its end.", (sink) => sink.tries),
];

type Count = Exclude<keyof WriteCounts, "discarded">;

function counted(field: Count, help: string): Metric {
  return counter({
    name: `signalbox_sink_${snake(field)}_total`,
    help,
    labels,
    read: (reading) => samples(reading, ({ counts }) => counts[field]),
  });
}

function present(field: Count, help: string): Metric {
  return stated(snake(field), help, ({ counts }) => counts[field]);
}

function stated(name: string, help: string, valueOf: (sink: SinkStatus) => number): Metric {
  return gauge({ name: `signalbox_sink_${name}`, help, labels, read: (reading) => samples(reading, valueOf) });
}

function timed(name: string, help: string, countsOf: (sink: SinkTimings) => DurationCounts): Metric {
  return histogram({
    name: `signalbox_sink_${name}_seconds`,
    help,
    labels,
    read: ({ timings }) => sinksOf(timings).map(([own, sink]) => ({ labels: own, value: countsOf(sink) })),
  });
}

function samples({ status }: Reading, valueOf: (sink: SinkStatus) => number): readonly Sample<number>[] {
  return sinksOf(status).map(([own, sink]) => ({ labels: own, value: valueOf(sink) }));
}

interface WithSinks<Sink> {
  readonly pipelines: readonly { readonly name: string; readonly sinks: readonly Sink[] }[];
}

function sinksOf<Sink extends { readonly name: string }>({ pipelines }: WithSinks<Sink>): readonly [Labels, Sink][] {
  return pipelines.flatMap(({ name, sinks }) =>
    sinks.map((sink): [Labels, Sink] => [{ pipeline: name, sink: sink.name }, sink]),
  );
}
