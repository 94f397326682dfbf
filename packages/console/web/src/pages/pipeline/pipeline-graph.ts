import type { GraphEdge, GraphModel, GraphNode } from "../../graph/model.ts";
import { judgeSink } from "../../live/level.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { pipelineHref } from "../../router.ts";

/** Source, steps in a row, and the sinks side by side; each leads to the tap of its stage. */
export function pipelineGraph({ name, source, steps, sinks, numbers }: LivePipeline): GraphModel {
  const stage = (of: string): string => `${pipelineHref(name, "tap")}&stage=${encodeURIComponent(of)}`;
  const isFailed = source.status?.state === "failed";
  const way: readonly GraphNode[] = [
    {
      id: "source",
      kind: "source",
      title: source.component,
      note: "source",
      level: isFailed ? "bad" : "ok",
      href: stage("source"),
    },
    ...steps.map((step): GraphNode => {
      const note = step.name === step.component ? "" : step.component;
      return { id: `step ${step.name}`, kind: "step", title: step.name, note, level: "ok", href: stage(step.name) };
    }),
  ];
  const ends = sinks.map((sink): GraphNode => {
    const note = sink.name === sink.component ? "" : sink.component;
    return {
      id: `sink ${sink.name}`,
      kind: "sink",
      title: sink.name,
      note,
      ...judgeSink(sink),
      href: stage(sink.name),
    };
  });
  const last = way.at(-1)?.id ?? "source";
  const edges: readonly GraphEdge[] = [
    ...way.slice(1).map(({ id }, index): GraphEdge => {
      // What goes on behind the first step is not counted: only the source's and the sinks' numbers are known.
      return {
        from: way[index]?.id ?? "source",
        to: id,
        perS: index === 0 ? (numbers.receivedPerSecond ?? 0) : undefined,
      };
    }),
    ...sinks.map((sink): GraphEdge => {
      return { from: last, to: `sink ${sink.name}`, perS: sink.numbers.deliveredPerSecond ?? 0 };
    }),
  ];
  return { nodes: [...way, ...ends], edges };
}
