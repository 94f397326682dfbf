// Object and array constructors.
import type { Node } from "../reference/reference.ts";
import type { Ast, Group } from "../syntax/ast.ts";
import { childrenOf } from "../syntax/tree.ts";
import { startOf, tokenStart } from "./places.ts";
import { error, type Problem, warning } from "./problem.ts";
import type { Subject } from "./subject.ts";
import * as types from "./types-table.ts";
import { typesOf } from "./types.ts";

export function* checkConstructor(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type === "unary" && node.value === "{") yield* checkPairs(node.lhs, subject);
  if (node.group !== undefined) yield* checkPairs(node.group.lhs, subject);
  if (node.type === "unary" && node.value === "[") yield* checkElements(node.expressions, subject);
}

function* checkPairs(pairs: Group["lhs"], subject: Subject): Iterable<Problem> {
  const seen = new Set<string>();
  for (const [key] of pairs) {
    const place = startOf(key, subject.text);
    const type = typesOf(key, subject);
    if ((type & (types.text | types.nothing)) === 0) {
      yield error(place, "KEY_TYPE", `a key must be a text, and cannot be ${types.inWords(type)}`);
    }
    if (key.type !== "string") continue;
    const name = String(key.value);
    if (seen.has(name)) yield error(place, "KEY_DOUBLE", `the key ${JSON.stringify(name)} stands twice in one object`);
    seen.add(name);
  }
  yield* checkElements(
    pairs.flatMap(([, value]) => [value]),
    subject,
  );
}

/** A variable set beside others: here from left to right, in jsonata at once with all others. */
function* checkElements(elements: readonly Ast[], { text }: Subject): Iterable<Problem> {
  for (const bind of elements.flatMap(bindsIn)) {
    const message =
      "a variable set inside an array or object is seen by what stands right of it, and not so in jsonata itself";
    yield warning(tokenStart(bind, text), "BIND_IN_ELEMENT", message);
  }
}

/** What is set right here: blocks and functions have variables of their own, constructors are judged themselves. */
function bindsIn(node: Ast): readonly Ast[] {
  if (node.type === "block" || node.type === "lambda" || node.type === "unary") return [];
  const below = (childrenOf(node as unknown as Node) as unknown as Ast[]).flatMap(bindsIn);
  return node.type === "bind" ? [node, ...below] : below;
}
