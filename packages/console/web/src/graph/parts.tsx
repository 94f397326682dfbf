import type { JSX } from "preact";
import { rate } from "../data/format.ts";
import { nodeHeight, type Point } from "./place.ts";
import type { GraphEdge, GraphNode } from "./model.ts";

/** A way between two boxes: the more flows there, the broader. */
export function EdgeView({ edge: { perS }, points }: { edge: GraphEdge; points: readonly Point[] }): JSX.Element {
  const flow = perS ?? 0;
  const width = flow === 0 ? 1.25 : Math.min(6, 1.75 + Math.log10(1 + flow) * 1.6);
  const end = points.at(-1);
  const line = pathOf(points);
  return (
    <g class={flow > 0 ? "edge is-flowing" : "edge"}>
      <path class="edge-line" d={line} style={{ strokeWidth: width }} />
      {flow > 0 ? <path class="edge-flow" d={line} style={{ strokeWidth: width }} /> : null}
      {flow === 0 || end === undefined ? null : (
        <text x={end.x - 8} y={end.y - 6} text-anchor="end">
          {rate(flow)}
        </text>
      )}
    </g>
  );
}

/** From point to point in curves that leave and arrive level. */
function pathOf([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return "";
  let before = first;
  let path = `M${first.x} ${first.y}`;
  for (const point of rest) {
    const middle = (before.x + point.x) / 2;
    path += `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    before = point;
  }
  return path;
}

interface NodeProps {
  readonly node: GraphNode;
  readonly at: Point & { readonly width: number };
}

const mostCharacters = 24;

export function NodeView({ node, at: { x, y, width } }: NodeProps): JSX.Element {
  const { kind, title, note, below, level, text, href, isChosen = false } = node;
  const box = (
    <g
      class={`node node-${kind} ${isChosen ? "is-chosen" : ""}`}
      transform={`translate(${x - width / 2} ${y - nodeHeight / 2})`}
    >
      <title>{[title, note, below, text].filter((each) => each !== undefined && each !== "").join(": ")}</title>
      <rect width={width} height={nodeHeight} rx={kind === "pipeline" || kind === "step" ? 7 : nodeHeight / 2} />
      <g class={`level-${level}`} transform={`translate(13 ${nodeHeight / 2 - 5})`}>
        <NodeLamp level={level} />
      </g>
      <text class="node-title" x="30" y={note === "" ? nodeHeight / 2 + 4.5 : 19}>
        {cut(title)}
      </text>
      {note === "" ? null : (
        <text class="node-note" x="30" y="34">
          {cut(note, mostCharacters + 4)}
        </text>
      )}
      {below === undefined ? null : (
        <text class="node-below" x={width / 2} y={nodeHeight + 12} text-anchor="middle">
          {below}
        </text>
      )}
    </g>
  );
  return href === undefined ? box : <a href={href}>{box}</a>;
}

function NodeLamp({ level }: { level: GraphNode["level"] }): JSX.Element {
  if (level === "bad") return <path d="M5 0l5 5-5 5-5-5Z" fill="currentColor" />;
  if (level === "warn") return <path d="M5 .5 9.8 9.500H.2Z" fill="currentColor" />;
  if (level === "idle") return <circle cx="5" cy="5" r="3.2" fill="none" stroke="currentColor" stroke-width="1.6" />;
  return <circle cx="5" cy="5" r="4" fill="currentColor" />;
}

function cut(text: string, most = mostCharacters): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
