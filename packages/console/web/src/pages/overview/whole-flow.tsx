import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
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
/** What is drawn stays until another is so much busier: boxes that come and go all the time tell nothing. */
const stay = 2;

export function WholeFlow(): JSX.Element | null {
  const pipelines = live.value?.pipelines;
  const text = (query.value.get("filter") ?? "").toLowerCase();
  const drawn = useRef<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => {
    const next = pipelines === undefined ? [] : chosen(pipelines, text, drawn.current);
    drawn.current = new Set(next.map(({ name }) => name));
    return next;
  }, [pipelines, text]);
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

function chosen(pipelines: readonly LivePipeline[], text: string, drawn: ReadonlySet<string>): readonly LivePipeline[] {
  const fitting = pipelines.filter(({ name }) => name.toLowerCase().includes(text));
  if (fitting.length <= mostPipelines) return fitting;
  const ranked = fitting.map((pipeline) => {
    const { name, numbers } = pipeline;
    const busy = (numbers.receivedPerSecond ?? 0) * (drawn.has(name) ? stay : 1);
    return { name, level: judgePipeline(pipeline).level, busy };
  });
  const first = ranked.toSorted((a, b) => byLevel(a.level, b.level) || b.busy - a.busy).slice(0, mostPipelines);
  const names = new Set(first.map(({ name }) => name));
  return fitting.filter(({ name }) => names.has(name));
}
