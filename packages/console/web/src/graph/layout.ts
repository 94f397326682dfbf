// Where boxes and ways lie. Loaded when a graph is first drawn: dagre is most of its weight.
import { Graph, layout } from "@dagrejs/dagre";
import type { GraphModel } from "./model.ts";
import { nodeHeight, type Placed, type Point } from "./place.ts";

const [narrowest, widest, perCharacter] = [120, 216, 7.4];

type Box = Point & { readonly width: number };

export function place({ nodes, edges }: GraphModel): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 72, edgesep: 10, marginx: 12, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  const widths = widthsOf(nodes);
  for (const { id, kind } of nodes) graph.setNode(id, { width: widths.get(kind) ?? narrowest, height: nodeHeight });
  edges.forEach(({ from, to }, index) => graph.setEdge(from, to, {}, String(index)));
  layout(graph);
  const boxOf = (id: string): Box => graph.node(id) as Box;
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: new Map(nodes.map(({ id }) => [id, boxOf(id)])),
    edges: edges.map(({ from, to }, index) => {
      const { points } = graph.edge(from, to, String(index)) as { points: readonly Point[] };
      const [a, b] = [boxOf(from), boxOf(to)];
      // From side to side; between neighbours there is nothing to go around.
      const around = points.length > 3 ? points.slice(1, -1) : [];
      return [{ x: a.x + a.width / 2, y: a.y }, ...around, { x: b.x - b.width / 2, y: b.y }];
    }),
  };
}

/** Boxes of a kind are as wide as the widest of them, so that they stand in columns. */
function widthsOf(nodes: GraphModel["nodes"]): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const { kind, title, note } of nodes) {
    const text = Math.max(title.length * perCharacter, note.length * (perCharacter - 0.9)) + 46;
    widths.set(kind, Math.max(widths.get(kind) ?? narrowest, Math.min(widest, text)));
  }
  return widths;
}
