import type { Level } from "../live/level.ts";

/** What is drawn: boxes, and the ways between them with what flows there. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: "source" | "pipeline" | "step" | "sink";
  readonly title: string;
  /** A second, quieter line. */
  readonly note: string;
  readonly level: Level;
  /** What stops here, in few words below the box. It may change without the boxes moving. */
  readonly below?: string | undefined;
  /** Why it has that level; read out and in the tooltip. */
  readonly text?: string;
  readonly href?: string;
  readonly isChosen?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Messages per second; undefined where it is not counted. */
  readonly perS: number | undefined;
}

/** Same shape, same layout: flow and levels do not count. */
export function shapeOf({ nodes, edges }: GraphModel): string {
  return JSON.stringify([
    nodes.map(({ id, title, note }) => [id, title.length, note.length]),
    edges.map(({ from, to }) => [from, to]),
  ]);
}
