import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Graph } from "../../graph/graph.tsx";
import { byLevel, judgePipeline } from "../../live/level.ts";
import { live } from "../../live/live.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { query } from "../../router.ts";
import { Panel } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { wholeGraph } from "./whole-graph.ts";

/** More would be a tangle; the filter of the list chooses which. */
const mostPipelines = 40;

export function WholeFlow(): JSX.Element | null {
  const pipelines = live.value?.pipelines;
  const text = (query.value.get("filter") ?? "").toLowerCase();
  const shown = useMemo(() => (pipelines === undefined ? [] : chosen(pipelines, text)), [pipelines, text]);
  const graph = useMemo(() => wholeGraph(shown), [shown]);
  if (pipelines === undefined) return null;
  const note = `${shown.length} of ${pipelines.length} pipelines: those in trouble and the busiest`;
  const isAll = shown.length === pipelines.length;
  return (
    <Panel title="Flow" tools={isAll ? undefined : <span class="muted">{note}</span>}>
      {shown.length === 0 ? (
        <Empty title="No pipeline to draw" />
      ) : (
        <Graph label="Sources, pipelines and sinks" graph={graph} />
      )}
    </Panel>
  );
}

function chosen(pipelines: readonly LivePipeline[], text: string): readonly LivePipeline[] {
  const fitting = pipelines.filter(({ name }) => name.toLowerCase().includes(text));
  if (fitting.length <= mostPipelines) return fitting;
  const ranked = fitting.map((pipeline) => ({ pipeline, level: judgePipeline(pipeline).level }));
  const busy = ({ numbers }: LivePipeline): number => numbers.receivedPerSecond ?? 0;
  return ranked
    .toSorted((a, b) => byLevel(a.level, b.level) || busy(b.pipeline) - busy(a.pipeline))
    .slice(0, mostPipelines)
    .map(({ pipeline }) => pipeline);
}
