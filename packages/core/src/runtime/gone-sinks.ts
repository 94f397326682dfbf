import type { Pipeline } from "../config/model.ts";
import { SignalboxError } from "../errors/error.ts";
import { restore } from "./lane-entries.ts";
import { sinkOfLane } from "./lane-names.ts";
import { persist } from "./persist.ts";
import type { PipelineHost } from "./pipeline-parts.ts";

/**
 * Messages parked for sinks that the pipeline no longer has become dead letters (delivery.md, rule 4). `buried` is told
 * how many of a sink's have just become so.
 */
export async function buryGoneSinks(
  pipeline: Pipeline,
  host: PipelineHost,
  buried: (sink: string, count: number) => void = () => undefined,
): Promise<void> {
  const { services, persistence } = host;
  const kept = new Set(pipeline.sinks.map((sink) => sink.name));
  const lanes = await persist(
    "a look at the lanes",
    () => services.store.lanes.list(`parked/${pipeline.name}/`),
    persistence,
  );
  for (const { lane } of lanes) {
    const sink = sinkOfLane(lane)?.sink;
    if (sink !== undefined && !kept.has(sink)) {
      await buryLane({ lane, sink, buried: (count) => buried(sink, count) }, pipeline, host);
    }
  }
}

interface GoneLane {
  readonly lane: string;
  readonly sink: string;
  readonly buried: (count: number) => void;
}

async function buryLane({ lane, sink, buried }: GoneLane, pipeline: Pipeline, host: PipelineHost): Promise<void> {
  const { lanes } = host.services.store;
  const cause = new SignalboxError("SINK_GONE", `pipeline "${pipeline.name}" no longer has a sink "${sink}"`, {
    at: pipeline.at,
  });
  for (;;) {
    const rows = await lanes.due(lane, Number.MAX_SAFE_INTEGER, { rows: 100, entriesPerRow: 100 });
    if (rows.length === 0) return;
    for (const { row, entries, attempts, dueAt } of rows) {
      for (const entry of entries) {
        const { message, owner } = restore(entry).write;
        const facts = {
          pipeline: pipeline.name,
          revision: pipeline.hash,
          sink,
          cause,
          attempts,
          original: owner.original,
          shaped: message,
        };
        await host.deadLetters.bury(facts);
      }
      const seqs = entries.map((entry) => entry.seq);
      await lanes.remove(lane, row, seqs, { dueAt, attempts: 0 });
      buried(seqs.length);
    }
  }
}
