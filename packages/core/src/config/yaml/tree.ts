// Builds YamlNode trees from the yaml package's nodes: resolves aliases, within bounds, and keeps places.
// Not here: parsing (read-yaml.ts).

import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";
import type { Finding } from "../model.ts";
import type { Findings } from "../findings.ts";
import type { SourceText } from "../source-text.ts";
import { didYouMean } from "../suggest.ts";
import { locationOf, type YamlEntry, type YamlKey, type YamlNode, type YamlScalar } from "./node.ts";
import { scalarOffsets } from "./scalar-offsets.ts";

const maxDepth = 64;
/** How many nodes aliases may add to a document. */
const maxUnfoldedNodes = 10_000;

interface Building {
  readonly source: SourceText;
  readonly findings: Findings;
  /** In document order: an alias may only name an anchor before it. `undefined` while the anchored node is being built. */
  readonly anchors: Map<string, Built | undefined>;
  unfolded: number;
}

interface Built {
  readonly node: YamlNode;
  /** Nodes in it, each alias counted as what it stands for. */
  readonly size: number;
}

/** The tree under `root`; undefined, with findings, when its aliases, keys or depth are not as they must be. */
export function buildTree(
  root: Node,
  { source, findings }: { source: SourceText; findings: Findings },
): YamlNode | undefined {
  const before = findings.errorCount();
  const { node } = build(root, 0, { source, findings, anchors: new Map(), unfolded: 0 });
  return findings.errorCount() === before ? node : undefined;
}

function build(node: Node, depth: number, building: Building): Built {
  const start = startOf(node);
  if (depth > maxDepth) {
    return refuse(start, building, {
      code: "CONFIG_YAML_SYNTAX",
      message: `this is nested more than ${maxDepth} levels deep`,
    });
  }
  if (isAlias(node)) return unfold(node.source, start, building);
  const anchor = "anchor" in node ? node.anchor : undefined;
  if (anchor !== undefined) building.anchors.set(anchor, undefined);
  const built = buildContent(node, depth, building);
  if (anchor !== undefined) building.anchors.set(anchor, built);
  return built;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function buildContent(node: Node, depth: number, building: Building): Built {
  const { source } = building;
  const start = startOf(node);
  if (isMap<Node, Node | null>(node)) {
    const entries = node.items.map((pair) => buildEntry(pair, depth, building));
    reportDuplicates(entries, building);
    const size = entries.reduce((sum, each) => sum + each.size, 1);
    return { node: { kind: "map", entries: entries.map((each) => each.entry), source, start }, size };
  }
  if (isSeq<Node>(node)) {
    const items = node.items.map((item) => build(item, depth + 1, building));
    const size = items.reduce((sum, each) => sum + each.size, 1);
    return { node: { kind: "list", items: items.map((each) => each.node), source, start }, size };
  }
  return { node: scalar(isScalar(node) ? node : undefined, source, start), size: 1 };
}

interface BuiltEntry {
  readonly entry: YamlEntry;
  readonly size: number;
}

function buildEntry(pair: { key: Node; value: Node | null }, depth: number, building: Building): BuiltEntry {
  const { source } = building;
  const start = startOf(pair.key);
  const key = { text: isScalar(pair.key) ? String(pair.key.value) : "", source, start };
  if (pair.value === null) return { entry: { key, value: scalar(undefined, source, start) }, size: 1 };
  const { node: value, size } = build(pair.value, depth + 1, building);
  return { entry: { key, value }, size };
}

function reportDuplicates(entries: readonly BuiltEntry[], { findings }: Building): void {
  const seen = new Map<string, YamlKey>();
  for (const { key } of entries.map((each) => each.entry)) {
    const first = seen.get(key.text);
    seen.set(key.text, first ?? key);
    if (first === undefined) continue;
    findings.error({
      code: "CONFIG_YAML_KEY_DUPLICATE",
      message: `the key "${key.text}" stands twice in one mapping`,
      at: locationOf(key),
      related: [locationOf(first)],
    });
  }
}

function unfold(name: string, start: number, building: Building): Built {
  const target = building.anchors.get(name);
  if (target === undefined) return refuseAlias(name, start, building);
  building.unfolded += target.size;
  if (building.unfolded <= maxUnfoldedNodes) return target;
  return refuse(start, building, {
    code: "CONFIG_YAML_ALIAS_LIMIT",
    message: `the aliases of this document unfold to more than ${maxUnfoldedNodes} nodes`,
  });
}

function refuseAlias(name: string, start: number, building: Building): Built {
  const code = "CONFIG_YAML_ALIAS_UNKNOWN";
  const { anchors } = building;
  if (anchors.has(name))
    return refuse(start, building, { code, message: `the alias *${name} stands inside its own anchor` });
  return refuse(start, building, {
    code,
    message: `there is no anchor &${name} before this alias`,
    suggestion:
      didYouMean(name, anchors.keys()) ??
      "text that starts with * is an alias in YAML: quote it if it is an expression",
  });
}

/** Reports it, and puts nothing in its place, so that the rest is still looked at. */
function refuse(start: number, { source, findings }: Building, finding: Omit<Finding, "severity" | "at">): Built {
  findings.error({ ...finding, at: source.locate(start) });
  return { node: scalar(undefined, source, start), size: 1 };
}

function scalar(node: Scalar | undefined, source: SourceText, start: number): YamlScalar {
  const value = plainValue(node?.value);
  const end = node?.range?.[1] ?? start;
  const token = node?.srcToken;
  return {
    kind: "scalar",
    value,
    written: source.text.slice(start, end),
    isPlain: node === undefined || node.type === "PLAIN",
    comment: node?.comment ?? undefined,
    source,
    start,
    // Made anew each time: expressions keep their node for the place of a failure, and this is ten times their text.
    offsetOf(index) {
      const { offsets } = scalarOffsets(token);
      const last = offsets.at(-1);
      return offsets[index] ?? (last === undefined ? start : last + 1);
    },
  };
}

function plainValue(value: unknown): YamlScalar["value"] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}
