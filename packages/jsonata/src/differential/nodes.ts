import jsonata from "jsonata";

/** A node of the reference's syntax tree, or an object inside of one. */
export type Node = Record<string, unknown> & { type?: string; value?: unknown };

/** All nodes of a text; none when it cannot be parsed. */
export function nodesOf(text: string): Node[] {
  try {
    const found: Node[] = [];
    visit(jsonata(text).ast(), found, () => true);
    return found;
  } catch {
    return [];
  }
}

/** Collects the nodes below a value, without those that `enters` refuses and what is inside them. */
export function visit(value: unknown, found: Node[], enters: (node: Node) => boolean): void {
  if (typeof value !== "object" || value === null || value instanceof RegExp) return;
  if (!Array.isArray(value)) {
    const node = value as Node;
    if (typeof node.type === "string" && !enters(node)) return;
    found.push(node);
  }
  for (const inner of Object.values(value)) visit(inner, found, enters);
}
