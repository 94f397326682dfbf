// How deep the evaluation of a node certainly goes. The depth limit counts syntax nodes that are open inside one another;
// a lambda asks for what its body needs in any case when it is entered, its calls for their place when they are made.
import type { Ast } from "../syntax/ast.ts";
import type { Node } from "../reference/reference.ts";
import { childrenOf } from "../syntax/tree.ts";

/** Levels of nodes, the node itself included, that are evaluated whatever the data is. */
export function guaranteedDepth(node: Ast): number {
  return 1 + Math.max(0, ...certain(node).map(guaranteedDepth));
}

function certain(node: Ast): Ast[] {
  switch (node.type) {
    case "condition":
      return [node.condition];
    case "binary":
      return node.value === "and" || node.value === "or" ? [node.lhs] : [node.lhs, node.rhs];
    case "path":
      return node.steps.slice(0, 1);
    case "block":
      return node.expressions;
    case "bind":
      return [node.rhs];
    case "lambda":
    case "transform":
      return [];
    case "apply":
      return [node.lhs];
    case "function":
    case "partial":
      return node.arguments;
    default:
      return childrenOf(node as unknown as Node) as unknown as Ast[];
  }
}
