import type { Node } from "../reference/reference.ts";

/** The nodes directly inside a node, in the order of the text as far as the tree keeps it. Tolerates broken trees. */
export function childrenOf(node: Node): Node[] {
  const sides = [node.lhs, node.rhs].flatMap((side) => (Array.isArray(side) ? side.flat() : [side]));
  const candidates = [
    ...sides,
    ...(node.steps ?? []),
    ...(node.terms ?? []).map((term) => term.expression),
    node.expression,
    ...(node.expressions ?? []),
    node.procedure,
    ...(node.arguments ?? []),
    node.body,
    node.condition,
    node.then,
    node.else,
    node.pattern,
    node.update,
    node.delete,
    ...(node.group?.lhs.flat() ?? []),
    ...[...(node.predicate ?? []), ...(node.stages ?? [])].map((stage) => stage.expr),
  ];
  return candidates.filter((child): child is Node => typeof child === "object" && child !== null);
}

/** A node and everything below it. */
export function* nodesOf(root: Node): Generator<Node> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...childrenOf(node));
  }
}

/** Keys whose value JavaScript calls of its own accord when it is a function: in promises, and in making JSON. */
export const calledKeys: ReadonlySet<unknown> = new Set(["then", "toJSON"]);

/** Whether the key of an object constructor can turn out to be one of those. */
export const mayBeCalled = (key: Node): boolean => key.type !== "string" || calledKeys.has(key.value);
