import { boundedDefinition, concatName, dataName, measuredName } from "./bounded.ts";
import { Fault } from "../errors.ts";
import {
  builtins,
  type Definition,
  entry,
  type EntryHook,
  type Focus,
  type Node,
  type Reference,
} from "./reference.ts";
import { calledKeys, mayBeCalled, nodesOf } from "../syntax/tree.ts";

const call = (name: string, given: Node[], position?: number): Node => ({
  type: "function",
  procedure: { type: "variable", value: name },
  arguments: given,
  ...(position === undefined ? {} : { position }),
});

/**
 * Puts our controls around the operators that could make or walk something huge: `&` becomes a call of our concatenation,
 * which counts its text; the left side of `=` and `!=` is measured. Errors keep their code and place. Only needed where an
 * expression can repeat itself or share values: with a lambda or a variable of its own.
 */
export function boundOperators(root: Node): void {
  for (const node of nodesOf(root)) {
    // A call on the right of `~>` would get what is on the left as an argument.
    if (node.type === "apply" && node.rhs?.value === "&") node.rhs = { type: "block", expressions: [node.rhs] };
    if (node.type !== "binary") continue;
    const [left, right] = [node.lhs as Node, node.rhs as Node];
    if (node.value === "&") {
      delete node.lhs;
      delete node.rhs;
      Object.assign(node, call(concatName, [left, right]));
    } else if ((node.value === "=" || node.value === "!=") && !isLiteral(left) && !isLiteral(right)) {
      node.lhs = call(measuredName, [left], node.position);
    }
  }
}

/**
 * Keeps functions from becoming the value of a key that JavaScript calls (then, toJSON). The reference's functions are
 * asynchronous: calling one there makes an evaluation that never ends, or an error that nobody catches, which ends the process.
 */
export function refuseCalled(root: Node): void {
  for (const node of nodesOf(root)) {
    if (calledKeys.has(node.focus)) {
      throw new Fault("NAME_RESERVED", `a variable of a path step cannot be named $${node.focus}; take another name`);
    }
    const pairs = node.group?.lhs ?? (node.type === "unary" && node.value === "{" ? (node.lhs as [Node, Node][]) : []);
    for (const pair of pairs) {
      const [key, value] = pair;
      if (mayBeCalled(key) && mayBeFunction(value)) pair[1] = call(dataName, [value], node.position);
    }
  }
}

function mayBeFunction(node: Node): boolean {
  if (["string", "number", "value", "binary", "unary", "name"].includes(node.type)) return false;
  if (node.type === "path") return node.steps?.some((step) => mayBeFunction(step)) === true;
  if (node.type !== "function") return true;
  // Most built-in functions say that they give a number, a text or a boolean.
  const given = builtins.get(String(node.procedure?.value))?.signature?.definition;
  return given === undefined || !/:[nsb]>$/.test(given);
}

const isLiteral = (node: Node): boolean => ["string", "number", "value"].includes(node.type);

/** Binds our definitions of the built-in functions that are named, and returns them. */
export function bindFunctions(reference: Reference, names: Iterable<string>): Definition[] {
  const bound: Definition[] = [];
  for (const name of names) {
    const definition = boundedDefinition(name);
    if (definition === undefined) continue;
    reference.assign(name, definition);
    bound.push(definition);
  }
  return bound;
}

/** Forgets where they were called: the reference keeps that, and an error of the next evaluation would get it. */
export function forgetPlaces(definitions: readonly Definition[]): void {
  for (const definition of definitions as (Definition & { position?: number; token?: unknown })[]) {
    delete definition.position;
    delete definition.token;
  }
}

/** Binds $eval so that the text it evaluates is under the same controls. */
export function bindEval(reference: Reference): void {
  const definition = boundedDefinition("eval");
  if (definition === undefined) return;
  const evaluate = definition.implementation;
  const seen = new WeakSet<Node>();
  const hook: EntryHook = (node) => {
    if (seen.has(node)) return;
    boundOperators(node);
    refuseCalled(node);
    for (const inner of nodesOf(node)) seen.add(inner);
  };
  definition.implementation = function (this: Focus, expr: unknown, focus: unknown) {
    this.environment.bind(entry, hook);
    return evaluate.call(this, expr, focus);
  };
  reference.assign("eval", definition);
}
