import type { GraphEdge, GraphModel, GraphNode } from "../../graph/model.ts";
import { byLevel, judgePipeline, judgeSink } from "../../live/level.ts";
import type { LivePipeline, LiveSink } from "@signalbox/core/control-types";
import { pipelineHref } from "../../router.ts";

/** Sources on the left, pipelines, sinks on the right. Sources of a kind are one box; so are sinks of a kind and name. */
export function wholeGraph(pipelines: readonly LivePipeline[]): GraphModel {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  for (const pipeline of pipelines) {
    const { name, source, sinks, numbers } = pipeline;
    const own = `pipeline ${name}`;
    const judged = judgePipeline(pipeline);
    const steps = pipeline.steps.length;
    const note = steps === 0 ? "no steps" : `${steps} ${steps === 1 ? "step" : "steps"}`;
    nodes.set(own, { id: own, kind: "pipeline", title: name, note, ...judged, href: pipelineHref(name) });
    const from = sourceNode(source);
    merge(nodes, from);
    edges.push({ from: from.id, to: own, perS: numbers.receivedPerSecond ?? undefined });
    for (const sink of sinks) {
      const to = sinkNode(sink);
      merge(nodes, to);
      edges.push({ from: own, to: to.id, perS: sink.numbers.deliveredPerSecond ?? undefined });
    }
  }
  return { nodes: [...nodes.values()], edges: joined(edges) };
}

// What pipelines hand on to one another passes one box: their status does not say which goes where.
const handedOn = { id: "handed on", kind: "sink", title: "pipeline", note: "to another", level: "ok" } as const;

function sourceNode({ component, status }: LivePipeline["source"]): GraphNode {
  if (component === "pipeline") return handedOn;
  const isBad = status?.state === "failed";
  return { id: `source ${component}`, kind: "source", title: component, note: "", level: isBad ? "bad" : "ok" };
}

function sinkNode(sink: LiveSink): GraphNode {
  const { name, component } = sink;
  if (component === "pipeline") return handedOn;
  const note = name === component ? "" : component;
  return { id: `sink ${component} ${name}`, kind: "sink", title: name, note, ...judgeSink(sink) };
}

function merge(nodes: Map<string, GraphNode>, node: GraphNode): void {
  const known = nodes.get(node.id);
  if (known === undefined || byLevel(node.level, known.level) < 0) nodes.set(node.id, node);
}

/** Two ways between the same boxes are one. */
function joined(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const found = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    const known = found.get(key);
    found.set(key, known === undefined ? edge : { ...edge, perS: (known.perS ?? 0) + (edge.perS ?? 0) });
  }
  return [...found.values()];
}
