import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { rate } from "../data/format.ts";
import { Loading } from "../ui/states.tsx";
import type { Placed } from "./place.ts";
import { type GraphModel, shapeOf } from "./model.ts";
import { EdgeView, NodeView } from "./parts.tsx";

/** Sources, what they pass, and where it ends, left to right. It is laid out anew only when its shape changes. */
export function Graph({ label, graph }: { label: string; graph: GraphModel }): JSX.Element {
  const shape = shapeOf(graph);
  const [placed, setPlaced] = useState<{ readonly shape: string; readonly at: Placed }>();
  useEffect(() => {
    let isGone = false;
    const keep = (at: Placed): void => {
      if (!isGone) setPlaced({ shape, at });
    };
    void import("./layout.ts").then(({ place }) => keep(place(graph)));
    return () => void (isGone = true);
  }, [shape]);
  if (placed === undefined) return <Loading what="the graph" lines={3} />;
  // While the next layout is on its way, the boxes that are new have no place yet.
  const { nodes, edges, width, height } = placed.at;
  return (
    <div class="graph" tabIndex={0} role="region" aria-label={label}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
        {placed.shape === shape
          ? graph.edges.map((edge, index) => (
              <EdgeView key={`${edge.from} ${edge.to}`} edge={edge} points={edges[index] ?? []} />
            ))
          : null}
        {graph.nodes.map((node) => {
          const at = nodes.get(node.id);
          return at === undefined ? null : <NodeView key={node.id} node={node} at={at} />;
        })}
      </svg>
      <ul class="sr">
        {graph.edges.map(({ from, to, perS }) => (
          <li
            key={`${from} ${to}`}
          >{`${titleOf(graph, from)} to ${titleOf(graph, to)}${perS === undefined ? "" : `: ${rate(perS)}`}`}</li>
        ))}
      </ul>
    </div>
  );
}

function titleOf({ nodes }: GraphModel, id: string): string {
  return nodes.find((node) => node.id === id)?.title ?? id;
}
