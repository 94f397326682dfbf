import { rate } from "../../data/format.ts";
import type { GraphEdge, GraphModel, GraphNode } from "../../graph/model.ts";
import { judgeSink } from "../../live/level.ts";
import type { LivePipeline, LiveStep } from "@signalbox/core/control-types";
import { pipelineHref } from "../../router.ts";

/** Source, steps in a row, and the sinks side by side, with what flows between them; each leads to the tap of its stage. */
export function pipelineGraph({ name, source, steps, sinks, numbers }: LivePipeline): GraphModel {
  const stage = (of: string): string => `${pipelineHref(name, "tap")}&stage=${encodeURIComponent(of)}`;
  const isFailed = source.status?.state === "failed";
  const first: GraphNode = {
    id: "source",
    kind: "source",
    title: source.component,
    note: "source",
    level: isFailed ? "bad" : "ok",
    href: stage("source"),
  };
  const way = steps.map((step) => ({ ...stepNode(step), href: stage(step.name) }));
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
  // What goes on behind each box before the sinks.
  const flows = [numbers.receivedPerSecond, ...steps.map((step) => step.numbers.passedPerSecond)];
  const edges: readonly GraphEdge[] = [
    ...way.map(({ id }, at): GraphEdge => ({ from: way[at - 1]?.id ?? first.id, to: id, perS: flows[at] ?? 0 })),
    ...sinks.map((sink): GraphEdge => {
      return { from: way.at(-1)?.id ?? first.id, to: `sink ${sink.name}`, perS: sink.numbers.deliveredPerSecond ?? 0 };
    }),
  ];
  return { nodes: [first, ...way, ...ends], edges };
}

function stepNode({ name, component, numbers }: LiveStep): GraphNode {
  const [discarded, failed] = [numbers.discardedPerSecond ?? 0, numbers.failedPerSecond ?? 0];
  const stopped = [discarded > 0 ? `${rate(discarded)} discarded` : "", failed > 0 ? `${rate(failed)} failed` : ""];
  const below = stopped.filter((each) => each !== "").join(", ");
  return {
    id: `step ${name}`,
    kind: "step",
    title: name,
    note: name === component ? "" : component,
    level: failed > 0 ? "bad" : "ok",
    ...(below !== "" && { below }),
    ...(failed > 0 && { text: "messages die here" }),
  };
}
