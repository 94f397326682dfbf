import type { MessageCounts, PipelineStatus } from "@signalbox/core";
import { counter, gauge, type Labels, type Metric, type Reading, type Sample } from "./definition.ts";

const labels = ["pipeline"];
const labelsOf = ({ name }: Pick<PipelineStatus, "name">): Labels => ({ pipeline: name });

/** Messages of each pipeline, as delivery.md, rule 3 counts them. */
export const pipelineMetrics: readonly Metric[] = [
  gauge({
    name: "signalbox_pipeline_running",
    help: "1 while the pipeline runs, 0 while it starts, waits for something, stops, or has failed.",
    labels,
    read: ({ status }) =>
      status.pipelines.map((each) => ({ labels: labelsOf(each), value: each.state === "running" ? 1 : 0 })),
  }),
  counted("received", "Messages that came from the source."),
  counted("resumed", "Parked messages that an earlier run left and this one found in the store."),
  counted("redriven", "Messages of dead letters that were sent again."),
  counted("taken", "Queued messages that were taken out of the store."),
  counted("divided", "Further messages that one parked for several sinks goes on as."),
  counted("handed", "Messages of `delivery: queued` that were handed over to the store."),
  counted("settled", "Messages that reached an end: delivered, discarded or dead-lettered at every sink that was due."),
  counted("deadLettered", "Messages that failed before any sink was due to get them, and became dead letters."),
  counter({
    name: "signalbox_pipeline_discarded_total",
    help: "Messages that no sink was due to get, by the reason.",
    labels: [...labels, "reason"],
    *read({ status }) {
      for (const each of status.pipelines) yield* byReason(labelsOf(each), each.counts.discarded);
    },
  }),
  present("inFlight", "Messages that are neither settled nor parked."),
  present("parked", "Messages that wait in the store for a retry, counted once for each sink."),
  present("unaccounted", "Messages that came in and are nowhere: anything but 0 is a bug."),
  gauge({
    name: "signalbox_source_idle_seconds",
    help: "Time since the source gave its latest message; absent before the first.",
    labels: [...labels, "source"],
    merged: "max",
    read: sourceIdle,
  }),
];

type Count = Exclude<keyof MessageCounts, "discarded">;

function counted(field: Count, help: string): Metric {
  return counter({
    name: `signalbox_pipeline_${snake(field)}_total`,
    help,
    labels,
    read: (reading) => of(reading, field),
  });
}

function present(field: Count, help: string): Metric {
  return gauge({ name: `signalbox_pipeline_${snake(field)}`, help, labels, read: (reading) => of(reading, field) });
}

function of({ status }: Reading, field: Count): readonly Sample<number>[] {
  return status.pipelines.map((each) => ({ labels: labelsOf(each), value: each.counts[field] }));
}

function* sourceIdle({ status, timings }: Reading): Iterable<Sample<number>> {
  const since = new Map(timings.pipelines.map(({ name, sinceReceivedMs }) => [name, sinceReceivedMs]));
  for (const each of status.pipelines) {
    const idleMs = since.get(each.name);
    if (idleMs === undefined) continue;
    yield { labels: { ...labelsOf(each), source: each.source.component }, value: idleMs / 1000 };
  }
}

/** A sample for each reason. */
export function* byReason(labels: Labels, counts: Readonly<Record<string, number>>): Iterable<Sample<number>> {
  for (const [reason, value] of Object.entries(counts)) yield { labels: { ...labels, reason }, value };
}

/** `inFlight` as Prometheus writes names: `in_flight`. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
