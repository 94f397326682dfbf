// Which variables `:=` binds in the frame of some nodes, and at how many places: those of blocks and lambdas inside are their own.
import type { Ast } from "../syntax/ast.ts";
import { childrenOf } from "../syntax/tree.ts";
import type { Node } from "../reference/reference.ts";

export function bindsIn(nodes: readonly Ast[]): Map<string, number> {
  const names = new Map<string, number>();
  const open = [...nodes] as Ast[];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "block" || (node.type === "lambda" && node.thunk !== true)) {
      open.push(...besides(node));
      continue;
    }
    if (node.type === "bind") names.set(node.lhs.value, (names.get(node.lhs.value) ?? 0) + 1);
    open.push(...(childrenOf(node as unknown as Node) as unknown as Ast[]));
  }
  return names;
}

/** What hangs on a block or lambda from outside: its predicates and groups belong to the frame around it. */
function besides(node: Ast): Ast[] {
  const stages = [...(node.predicate ?? []), ...("stages" in node ? (node.stages ?? []) : [])];
  return [...stages.flatMap((stage) => ("expr" in stage ? [stage.expr] : [])), ...(node.group?.lhs.flat() ?? [])];
}
