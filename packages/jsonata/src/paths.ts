// The places of the input that an expression reads, as texts one can evaluate: for who explains a condition.
import type { Node } from "./reference/reference.ts";
import { parseBounded } from "./syntax/parse.ts";
import { childrenOf } from "./syntax/tree.ts";

/** Paths told of one expression, at most. */
const mostPaths = 20;
const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The paths that a text reads from its input and from variables of the caller, in the order of the text, each once:
 * `data.temperature`, `$meta.topic`. A path ends where more than names follows (`readings` of `readings[level > 2].id`).
 * Nothing for a text that does not parse.
 */
export function pathsOf(text: string, variables: readonly string[] = []): readonly string[] {
  const found = new Set<string>();
  try {
    collect(parseBounded(text).ast(), { found, variables });
  } catch {
    return [];
  }
  return [...found].slice(0, mostPaths);
}

interface Search {
  readonly found: Set<string>;
  readonly variables: readonly string[];
}

function collect(node: Node, search: Search): void {
  if (node.type === "path") return collectPath(node.steps ?? [], search);
  const root = rootOf(node, search);
  if (root !== undefined) search.found.add(root);
  // The name of a function that is called is no place of the input.
  for (const child of childrenOf(node)) if (child !== node.procedure) collect(child, search);
}

/** What stands inside a path is about the items of the path, but for its first step. */
function collectPath(steps: readonly Node[], search: Search): void {
  const [first, ...rest] = steps;
  if (first === undefined) return;
  let text = rootOf(first, search);
  if (text === undefined) collect(first, search);
  for (const step of rest) {
    if (text === undefined || step.type !== "name" || isSelected(steps, step)) break;
    text = `${text}.${quoted(String(step.value))}`;
  }
  if (text !== undefined) search.found.add(text);
}

/** Whether a step before this one picks among its items, so that the path up to here has another meaning. */
function isSelected(steps: readonly Node[], step: Node): boolean {
  const before = steps.slice(0, steps.indexOf(step));
  return before.some(({ predicate, stages }) => (predicate?.length ?? 0) + (stages?.length ?? 0) > 0);
}

function rootOf({ type, value }: Node, { variables }: Search): string | undefined {
  if (type === "name") return quoted(String(value));
  if (type !== "variable") return undefined;
  if (value === "$" || value === "") return value === "" ? "$" : "$$";
  return variables.includes(String(value)) ? `$${String(value)}` : undefined;
}

function quoted(name: string): string {
  return plainName.test(name) ? name : `\`${name}\``;
}
