// Operators whose sides are of types that they refuse, or that make a comparison come out the same whatever the data.
import type { Apply, Ast, Binary, Literal } from "../syntax/ast.ts";
import { suggest } from "../syntax/suggest.ts";
import { startOf, tokenStart } from "./places.ts";
import { error, type Problem, warning } from "./problem.ts";
import { builtinCalled, type Subject } from "./subject.ts";
import * as types from "./types-table.ts";
import { literalOf, typesOf } from "./types.ts";

const comparable = types.number | types.text;
const arithmetic = /^[-+*/%]$/;
const ordering = /^[<>]=?$/;

export function* checkOperator(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type === "unary" && node.value === "-") yield* checkNumbers(node, [node.expression], subject);
  if (node.type === "apply") yield* checkApply(node, subject);
  if (node.type !== "binary") return;
  if (arithmetic.test(node.value)) yield* checkNumbers(node, [node.lhs, node.rhs], subject);
  else if (ordering.test(node.value)) yield* checkOrdering(node, subject);
  else if (node.value === "=" || node.value === "!=") yield* checkEquality(node, subject);
}

/** A refusal is certain where the value is; where there may be none, the operator may have nothing to refuse. */
const finding = (isCertain: boolean): typeof error => (isCertain ? error : warning);

function* checkNumbers(node: Ast & { value: string }, sides: readonly Ast[], subject: Subject): Iterable<Problem> {
  for (const side of sides) {
    const type = typesOf(side, subject);
    const values = type & ~types.nothing;
    if (values === 0 || (values & types.number) !== 0) continue;
    const isJoin = node.value === "+" && (values & types.text) !== 0;
    const message = `${node.value} takes numbers, and ${types.inWords(values)} stands on one side of it`;
    const place = tokenStart(node, subject.text);
    yield finding(type === values)(place, "OPERAND_TYPE", message, isJoin ? "&" : undefined);
    return;
  }
}

/** A call on the right is given what stands left; anything else must be a function. */
function* checkApply(node: Apply, subject: Subject): Iterable<Problem> {
  const type = typesOf(node.rhs, subject);
  if (node.rhs.type === "function" || type === types.nothing || (type & types.function) !== 0) return;
  const message = `~> needs a function on its right, and ${types.inWords(type)} stands there`;
  yield error(tokenStart(node, subject.text), "OPERAND_TYPE", message);
}

function* checkOrdering(node: Binary, subject: Subject): Iterable<Problem> {
  const place = tokenStart(node, subject.text);
  const [left, right] = [typesOf(node.lhs, subject), typesOf(node.rhs, subject)];
  for (const side of [left, right]) {
    const values = side & ~types.nothing;
    if (values === 0 || (values & comparable) !== 0) continue;
    const message = `${node.value} compares numbers or texts, and ${types.inWords(values)} stands on one side of it`;
    return yield finding(side === values)(place, "OPERAND_TYPE", message);
  }
  const both = (left | right) & types.nothing;
  if ((left & right & comparable) === 0 && (left & comparable) !== 0 && (right & comparable) !== 0) {
    const message = `${node.value} cannot compare ${types.inWords(left)} with ${types.inWords(right)}`;
    return yield finding(both === 0)(place, "OPERAND_TYPE", message, asNumber(node, subject));
  }
  yield* checkValues(node, subject);
}

/** `x > "3"` was meant as `x > 3`. */
function asNumber({ lhs, rhs }: Binary, subject: Subject): string | undefined {
  const literal = [lhs, rhs].map(literalOf).find((one) => one?.type === "string");
  const other = literalOf(lhs) === literal ? rhs : lhs;
  const isMeant = literal !== undefined && (typesOf(other, subject) & types.number) !== 0;
  return isMeant && /^-?\d+(?:\.\d+)?$/.test(String(literal.value)) ? String(literal.value) : undefined;
}

function* checkEquality(node: Binary, subject: Subject): Iterable<Problem> {
  const left = typesOf(node.lhs, subject) & ~types.nothing;
  const right = typesOf(node.rhs, subject) & ~types.nothing;
  if ((left & right) === 0 && left !== 0 && right !== 0) {
    const message = `${types.inWords(left)} never equals ${types.inWords(right)}`;
    yield constant(node, node.value === "!=", { subject, because: message, meant: asNumber(node, subject) });
    return;
  }
  yield* checkTypeName(node, subject);
  yield* checkValues(node, subject);
}

const typeNames = ["null", "number", "string", "boolean", "array", "object", "function"];

/** `$type(x) = "int"`. */
function* checkTypeName(node: Binary, subject: Subject): Iterable<Problem> {
  const [call, literal] = [node.lhs, node.rhs].toSorted(
    (a, b) => Number(a.type === "string") - Number(b.type === "string"),
  );
  if (call === undefined || literal?.type !== "string" || builtinCalled(call, subject) !== "type") return;
  const name = String(literal.value);
  if (typeNames.includes(name)) return;
  const meant = suggest(name, typeNames) ?? (/^(?:int|float|double)/i.test(name) ? "number" : undefined);
  const because = `$type gives one of ${typeNames.join(", ")}`;
  const rather = meant === undefined ? undefined : `"${meant}"`;
  yield constant(node, node.value === "!=", { subject, because, meant: rather });
}

interface Reason {
  subject: Subject;
  because: string;
  meant?: string | undefined;
}

function constant(node: Binary, holds: boolean, { subject, because, meant }: Reason): Problem {
  const place = tokenStart(node, subject.text);
  if (holds) return warning(place, "COMPARISON_ALWAYS", `this holds whatever the data: ${because}`, meant);
  return warning(place, "COMPARISON_NEVER", `this never holds: ${because}`, meant);
}

/** Two literals; or a literal and a number that is never negative. */
function* checkValues(node: Binary, subject: Subject): Iterable<Problem> {
  const [left, right] = [literalOf(node.lhs), literalOf(node.rhs)];
  if (left !== undefined && right !== undefined) {
    yield constant(node, holds(node.value, left, right), { subject, because: "both sides are written out" });
    return;
  }
  const limit = right ?? left;
  const call = right === undefined ? node.rhs : node.lhs;
  if (limit?.type !== "number" || !isNeverNegative(call, subject)) return;
  const operator = right === undefined ? mirrored(node.value) : node.value;
  const outcome = outcomeAtZero(operator, Number(limit.value));
  const because = `${subject.text.slice(startOf(call, subject.text)).split("(", 1)[0]} is never below 0`;
  if (outcome === false || (outcome === true && builtinCalled(call, subject) === "count")) {
    yield constant(node, outcome, { subject, because });
  }
}

function holds(operator: string, { value: left }: Literal, { value: right }: Literal): boolean {
  if (operator === "=") return left === right;
  if (operator === "!=") return left !== right;
  if (left === null || right === null) return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

const neverNegative = new Set(["count", "length", "abs", "sqrt", "random"]);

const isNeverNegative = (node: Ast, subject: Subject): boolean => neverNegative.has(builtinCalled(node, subject) ?? "");

const mirrored = (operator: string): string => operator.replace(/[<>]/, (sign) => (sign === "<" ? ">" : "<"));

/** What a comparison of any number from 0 up with a limit comes to; undefined when that depends. */
function outcomeAtZero(operator: string, limit: number): boolean | undefined {
  if (operator === "<") return limit <= 0 ? false : undefined;
  if (operator === "<=" || operator === "=") return limit < 0 ? false : undefined;
  if (operator === ">") return limit < 0 ? true : undefined;
  if (operator === ">=") return limit <= 0 ? true : undefined;
  return limit < 0 ? true : undefined;
}
