// Comparisons of one thing with several literals: `a = 1 and a = 2` never holds, `a != 1 or a != 2` always does.
import type { Ast, Binary } from "../syntax/ast.ts";
import { startOf, tokenStart } from "./places.ts";
import { type Problem, warning } from "./problem.ts";
import { type Subject, withoutBrackets } from "./subject.ts";
import { literalOf } from "./types.ts";

interface Comparison {
  node: Binary;
  /** What is compared, the same for the same path. */
  key: string;
  operator: string;
  value: string | number | boolean | null;
}

/** Comparisons of one thing that are judged: more of them are a list, not a slip. */
const mostOfOne = 100;

export function* checkContradiction(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type !== "binary" || (node.value !== "and" && node.value !== "or") || subject.chained.has(node)) return;
  const clash = node.value === "and" ? excludes : exhausts;
  const byKey = new Map<string, Comparison[]>();
  for (const right of termsOf(node).flatMap(comparisonOf)) {
    const before = byKey.get(right.key) ?? [];
    if (before.length >= mostOfOne) continue;
    const left = before.find((one) => clash(one, right));
    if (left !== undefined) yield told(left, right, { subject, isAnd: node.value === "and" });
    byKey.set(right.key, [...before, right]);
  }
}

function told(left: Comparison, right: Comparison, { subject, isAnd }: { subject: Subject; isAnd: boolean }): Problem {
  const { text } = subject;
  const other = text.slice(startOf(left.node, text), endOf(left.node)).trim();
  const message = isAnd ? `this never holds together with ${other}` : `one of this and ${other} always holds`;
  return warning(tokenStart(right.node, text), "CONDITION_CONSTANT", message, isAnd ? undefined : "and");
}

/** What stands between the operators of a chain, from left to right. */
function termsOf(chain: Binary): readonly Ast[] {
  const terms: Ast[] = [];
  const open: Ast[] = [chain];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const inner = withoutBrackets(node);
    if (inner.type === "binary" && inner.value === chain.value) open.push(inner.rhs, inner.lhs);
    else terms.push(inner);
  }
  return terms;
}

function comparisonOf(node: Ast): readonly Comparison[] {
  if (node.type !== "binary" || !/^(?:!=|[<>]=?|=)$/.test(node.value)) return [];
  const [left, right] = [literalOf(node.lhs), literalOf(node.rhs)];
  if ((left === undefined) === (right === undefined)) return [];
  const key = keyOf(left === undefined ? node.lhs : node.rhs);
  const value = (left ?? right)?.value ?? null;
  const operator = left === undefined ? node.value : node.value.replace(/[<>]/, (sign) => (sign === "<" ? ">" : "<"));
  return key === undefined ? [] : [{ node, key, operator, value }];
}

/** Names one after another, from the context or a variable: the same data whenever it is read. */
function keyOf(node: Ast): string | undefined {
  const steps = node.type === "path" ? node.steps : [node];
  if (node.group !== undefined || node.predicate !== undefined || node.keepArray !== undefined) return undefined;
  const isNamed = steps.every(
    (step, at) =>
      (step.type === "name" || (at === 0 && step.type === "variable")) &&
      step.stages === undefined &&
      step.predicate === undefined &&
      step.focus === undefined &&
      step.index === undefined,
  );
  return isNamed
    ? JSON.stringify(steps.map(({ type, ...step }) => [type, "value" in step ? step.value : ""]))
    : undefined;
}

/** No value passes both. */
function excludes(a: Comparison, b: Comparison): boolean {
  if (a.operator === "=") return !passes(a.value, b);
  if (b.operator === "=") return !passes(b.value, a);
  const [low, high] = a.operator.startsWith(">") ? [a, b] : [b, a];
  if (!low.operator.startsWith(">") || !high.operator.startsWith("<")) return false;
  if (typeof low.value !== typeof high.value || low.value === null || high.value === null) return false;
  const isStrict = low.operator === ">" || high.operator === "<";
  return isStrict ? low.value >= high.value : low.value > high.value;
}

function passes(value: Comparison["value"], { operator, value: limit }: Comparison): boolean {
  if (operator === "=") return value === limit;
  if (operator === "!=") return value !== limit;
  // A comparison of different types fails: another finding.
  if (typeof value !== typeof limit || value === null || limit === null) return true;
  if (operator === "<") return value < limit;
  if (operator === "<=") return value <= limit;
  return operator === ">" ? value > limit : value >= limit;
}

/** Every value passes one of them. */
const exhausts = (a: Comparison, b: Comparison): boolean =>
  a.operator === "!=" && b.operator === "!=" && a.value !== b.value;

/** The end of a comparison: that of its last token. */
function endOf({ rhs }: Binary): number {
  const last = rhs.type === "path" ? rhs.steps.at(-1) : rhs;
  return last?.position ?? 0;
}
