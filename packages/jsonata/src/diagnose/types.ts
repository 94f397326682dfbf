// What can be said about a node's value without data: its types, and the value itself where it is written.
import type { Ast, Binary, Call, Literal } from "../syntax/ast.ts";
import { readSignature } from "./signature.ts";
import { builtinCalled, functionNamed, signatureOf, type Subject } from "./subject.ts";
import * as types from "./types-table.ts";

/** A predicate, a grouping or a step's variable makes something else of what stands before it. */
const isPlain = (node: Ast): boolean =>
  node.predicate === undefined &&
  node.group === undefined &&
  node.keepArray === undefined &&
  node.stages === undefined &&
  node.focus === undefined &&
  node.index === undefined;

/** The types a node's value can have. */
export function typesOf(node: Ast, subject: Subject): number {
  const known = subject.types.get(node);
  if (known !== undefined) return known;
  const found = isPlain(node) ? byType(node, subject) : types.anything;
  subject.types.set(node, found);
  return found;
}

function byType(node: Ast, subject: Subject): number {
  switch (node.type) {
    case "string":
      return types.text;
    case "number":
      return types.number;
    case "value":
      return node.value === null ? types.null : types.boolean;
    case "regex":
    case "partial":
    case "transform":
      return types.function;
    case "lambda":
      return node.thunk === true ? typesOf(node.body, subject) : types.function;
    case "variable":
      return functionNamed(node, subject) === undefined ? types.anything : types.function;
    case "unary":
      if (node.value === "-") return types.number | types.nothing;
      return node.value === "[" ? types.array : types.object;
    case "binary":
      return ofOperator(node);
    case "condition":
      return typesOf(node.then, subject) | (node.else === undefined ? types.nothing : typesOf(node.else, subject));
    case "block":
      return ofLast(node.expressions, subject);
    case "bind":
      return typesOf(node.rhs, subject);
    case "apply":
      return node.rhs.type === "function" ? typesOf(node.rhs, subject) : types.anything;
    case "function":
      return ofCall(node, subject);
    default:
      return types.anything;
  }
}

function ofOperator({ value }: Binary): number {
  switch (value) {
    case "&":
      return types.text;
    case "=":
    case "!=":
    case "and":
    case "or":
    case "in":
      return types.boolean;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return types.boolean | types.nothing;
    case "..":
      return types.anything;
    default:
      return types.number | types.nothing;
  }
}

function ofLast(expressions: readonly Ast[], subject: Subject): number {
  const last = expressions.at(-1);
  return last === undefined ? types.nothing : typesOf(last, subject);
}

/** Built-in functions that answer even when they are given nothing. */
const alwaysAnswer = new Set(["count", "exists", "millis", "now", "random"]);

function ofCall(node: Call, subject: Subject): number {
  const signature = signatureOf(node, subject);
  if (signature === undefined) return types.anything;
  const { result } = readSignature(signature);
  return alwaysAnswer.has(builtinCalled(node, subject) ?? "") ? result & ~types.nothing : result;
}

/** A value that is written: a literal, also in brackets. */
export function literalOf(node: Ast): Literal | undefined {
  if (!isPlain(node)) return undefined;
  if (node.type === "string" || node.type === "number" || node.type === "value") return node;
  const [only, ...more] = node.type === "block" ? node.expressions : [];
  return only === undefined || more.length > 0 ? undefined : literalOf(only);
}

/** Whether a node is true as a condition; undefined when that is not known, or is told at a comparison inside it. */
export function truthOf(node: Ast, subject: Subject): boolean | undefined {
  const literal = literalOf(node);
  if (literal !== undefined) return Boolean(literal.value);
  if (typesOf(node, subject) === types.function) return false;
  if (!isPlain(node) || node.type !== "unary") return undefined;
  const isEmpty =
    (node.value === "[" && node.expressions.length === 0) || (node.value === "{" && node.lhs.length === 0);
  return isEmpty ? false : undefined;
}
