// What the rules look at: a text, its tree, and the names that are known.
import { builtins, type Node } from "../reference/reference.ts";
import type { FunctionDefinition } from "../reference/functions.ts";
import { analyse, type Analysis } from "../syntax/analyse.ts";
import type { Ast, Call } from "../syntax/ast.ts";
import { nodesOf } from "../syntax/tree.ts";
import type { Problem } from "./problem.ts";

export interface Names {
  functions: Readonly<Record<string, FunctionDefinition>>;
  /** Undefined: not known. */
  variables: readonly string[] | undefined;
  /** Fields of variables, as far as known; "request.path" is one of a field. */
  fields: Readonly<Record<string, readonly string[]>>;
}

export interface Subject extends Names {
  text: string;
  /** Every node, some in copies: the parser writes the left side of `??` and `?:` twice. */
  nodes: readonly Ast[];
  analysis: Analysis;
  /** Variables that nothing in the text binds: functions, and what the caller binds. */
  free: ReadonlySet<unknown>;
  /** Calls that are given one more argument by `~>`. */
  piped: ReadonlySet<unknown>;
  /** `and` and `or` inside a longer chain of the same. */
  chained: ReadonlySet<unknown>;
  /** Types of nodes that were asked for. */
  types: Map<Ast, number>;
}

/** Judges one node. */
export type Rule = (node: Ast, subject: Subject) => Iterable<Problem>;

export function subjectOf(text: string, root: Node, names: Names): Subject {
  const nodes = [...nodesOf(root)] as unknown as Ast[];
  const analysis = analyse(root);
  const piped = nodes.flatMap((node) => (node.type === "apply" && node.rhs.type === "function" ? [node.rhs] : []));
  return {
    text,
    ...names,
    nodes,
    analysis,
    free: new Set(analysis.uses.map(({ node }) => node)),
    piped: new Set(piped),
    chained: new Set(nodes.flatMap(linksOf)),
    types: new Map(),
  };
}

/** The operands of `and` and `or` that are of the same operator. */
function linksOf(node: Ast): readonly Ast[] {
  if (node.type !== "binary" || (node.value !== "and" && node.value !== "or")) return [];
  return [node.lhs, node.rhs]
    .map(withoutBrackets)
    .filter((side) => side.type === "binary" && side.value === node.value);
}

/** What a pair of brackets holds, when it holds one thing. */
export function withoutBrackets(node: Ast): Ast {
  let inner = node;
  while (inner.type === "block" && inner.predicate === undefined && inner.group === undefined) {
    const [only, ...more] = inner.expressions;
    if (only === undefined || more.length > 0) break;
    inner = only;
  }
  return inner;
}

/** The name of the function that a variable is, unless something hides it. */
export function functionNamed(node: Ast, { free, functions, variables = [] }: Subject): string | undefined {
  if (node.type !== "variable" || variables.includes(node.value)) return undefined;
  return free.has(node) && (Object.hasOwn(functions, node.value) || builtins.has(node.value)) ? node.value : undefined;
}

/** The signature of the function that is called, as JSONata writes it; undefined when it has none or is not known. */
export function signatureOf({ procedure }: Call, subject: Subject): string | undefined {
  const name = functionNamed(procedure, subject);
  if (name === undefined) return undefined;
  const { functions } = subject;
  return Object.hasOwn(functions, name) ? functions[name]?.signature : builtins.get(name)?.signature?.definition;
}

/** The name of the built-in function that is called. */
export function builtinCalled(node: Ast, subject: Subject): string | undefined {
  if (node.type !== "function") return undefined;
  const name = functionNamed(node.procedure, subject);
  return name === undefined || Object.hasOwn(subject.functions, name) ? undefined : name;
}
