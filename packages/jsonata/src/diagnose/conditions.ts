// Conditions that come out the same whatever the data.
import type { Ast, Binary, Filter } from "../syntax/ast.ts";
import { startOf } from "./places.ts";
import { type Problem, warning } from "./problem.ts";
import { functionNamed, type Subject } from "./subject.ts";
import { literalOf, truthOf } from "./types.ts";

export function* checkCondition(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type === "condition") yield* checkTruth(node.condition, subject);
  if (node.type === "binary" && (node.value === "and" || node.value === "or")) {
    yield* checkTruth(node.lhs, subject);
    yield* checkTruth(node.rhs, subject, alternative(node, subject));
  }
  for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
    if (stage.type === "filter") yield* checkFilter(stage, subject);
  }
}

function* checkTruth(node: Ast, subject: Subject, meant?: string): Iterable<Problem> {
  const truth = truthOf(node, subject);
  if (truth === undefined) return;
  yield warning(startOf(node, subject.text), "CONDITION_CONSTANT", whyConstant(node, truth, subject), meant);
}

function whyConstant(node: Ast, truth: boolean, subject: Subject): string {
  const literal = literalOf(node);
  if (literal?.type === "string") return `this text counts as ${truth} whatever the data: a condition of its own`;
  if (literal !== undefined) return `this condition is always ${truth}`;
  const name = functionNamed(node, subject);
  if (name !== undefined) return `a function counts as false: $${name} is not called here`;
  return `this condition is always ${truth}`;
}

/** `a = "x" or "y"` was meant as `a = "x" or a = "y"`. */
function alternative({ value, lhs, rhs }: Binary, { text }: Subject): string | undefined {
  const before = lhs.type === "binary" && lhs.value === value ? lhs.rhs : lhs;
  if (before.type !== "binary" || !/^(?:!=|[<>]=?|=)$/.test(before.value)) return undefined;
  const literal = literalOf(rhs);
  if (literalOf(before.rhs) === undefined || literal?.type === undefined || literal.type === "value") return undefined;
  return `${text.slice(startOf(before, text), startOf(before.rhs, text))}${JSON.stringify(literal.value)}`;
}

/** A number is an index; anything else that is known keeps all, or nothing. */
function* checkFilter({ expr }: Filter, subject: Subject): Iterable<Problem> {
  const literal = literalOf(expr);
  const truth = truthOf(expr, subject);
  if (truth === undefined || literal?.type === "number" || expr.type === "unary") return;
  const isName = literal?.type === "string" && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(String(literal.value));
  const message = `this predicate keeps ${truth ? "everything" : "nothing"}, whatever the data`;
  const meant = isName ? `.${String(literal.value)}` : undefined;
  yield warning(startOf(expr, subject.text), "CONDITION_CONSTANT", message, meant);
}
