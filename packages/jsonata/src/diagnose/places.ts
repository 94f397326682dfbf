import type { Ast } from "../syntax/ast.ts";
import type { Node } from "../reference/reference.ts";
import { startOfToken } from "../syntax/position.ts";
import { nodesOf } from "../syntax/tree.ts";

/** Where the token of a node starts: of an operator itself, not of what stands before it. */
export function tokenStart(
  node: { type: string; value?: unknown; position?: number | undefined },
  text: string,
): number {
  if (node.position === undefined) return 0;
  if (node.type === "regex") return regexStart(node.value as RegExp, node.position, text);
  const token = node.type === "binary" || node.type === "name" || node.type === "variable" ? node.value : undefined;
  const raw = typeof token === "string" ? { position: node.position, token } : { position: node.position };
  const start = startOfToken(text, raw) ?? 0;
  if (node.type === "lambda") return text.slice(0, start).search(/(?:function|λ)\s*$/);
  if (node.type !== "number" || (node.value as number) >= 0) return start;
  const sign = text.slice(0, start).trimEnd();
  return sign.endsWith("-") ? sign.length - 1 : start;
}

/** Where the text of a node starts, with all that belongs to it. */
export function startOf(node: Ast, text: string): number {
  let start = text.length;
  for (const each of nodesOf(node as unknown as Node)) {
    if (each.position !== undefined) start = Math.min(start, tokenStart(each, text));
  }
  return start;
}

/** The pattern stands between two slashes before its flags, character by character as it is written. */
function regexStart({ source }: RegExp, end: number, text: string): number {
  const slash = text.lastIndexOf("/", end - 1);
  const start = slash - source.length - 1;
  return text[start] === "/" ? start : slash;
}
