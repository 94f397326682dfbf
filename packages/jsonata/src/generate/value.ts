// The value of any syntax node: its own, through its predicates and its grouping.
import type { Ast, Filter, Lambda, Regex, Transform } from "../syntax/ast.ts";
import type { Node } from "../reference/reference.ts";
import { nodesOf } from "../syntax/tree.ts";
import { regexValue } from "../runtime/matcher.ts";
import { apply, call, lambda, partial } from "./calls.ts";
import { literal, operand, type Operand } from "./code.ts";
import { array, contextFunction, group, object } from "./constructors.ts";
import { Unsupported, type Generator } from "./generator.ts";
import { arithmetic, comparison, concatenation, condition, equality, inclusion, logic, range } from "./operators.ts";
import { path } from "./paths.ts";
import { type Place } from "./place.ts";
import { nameStep } from "./steps.ts";
import { predicates } from "./predicates.ts";
import { isStream, tuplePredicates, tuples } from "./tuples.ts";
import { bind, block, resolve, variable } from "./variables.ts";

export function value(g: Generator, node: Ast, place: Place): Operand {
  const isFiltered = node.predicate !== undefined || (node.group !== undefined && node.type !== "path");
  let result = own(g, node, isFiltered ? { ...place, isRaw: true, isTail: false } : { ...place, isRaw: false });
  if (isFiltered && endsInCall(node) && looksAtItems(node)) {
    result = { ...result, js: g.name(place.out, "v", `${g.helper("made")}(${result.js})`) };
  }
  if (node.predicate !== undefined) {
    result =
      node.type === "block" && node.tuple === true
        ? tuplePredicates(g, result, node, place)
        : predicates(g, result, node, place);
  }
  if (node.group !== undefined && node.type !== "path") result = group(g, node.group, result, place);
  return result;
}

function own(g: Generator, node: Ast, place: Place): Operand {
  switch (node.type) {
    case "path":
      return isStream(node) ? tuples(g, node, place) : path(g, node, place);
    case "string":
    case "number":
    case "value":
      return literal(node.value);
    case "name":
      return nameStep(g, node, place);
    case "binary":
      return binary(g, node, place);
    case "unary":
      return node.value === "{"
        ? object(g, node, place)
        : node.value === "["
          ? array(g, node, place)
          : arithmetic(g, node, place);
    case "condition":
      return kept(g, node, condition(g, node, place), place);
    case "block":
      return kept(g, node, block(g, node, place), place);
    case "bind":
      return bind(g, node, place);
    case "variable":
      return kept(g, node, variable(g, node, place), place);
    case "function":
      return call(g, node, place);
    case "partial":
      return partial(g, node, place);
    case "lambda":
      return node.thunk === true ? tail(g, node, place) : lambda(g, node, place);
    case "apply":
      return apply(g, node, place);
    case "regex":
      return regex(g, node, place);
    case "transform":
      return transform(g, node, place);
    case "wildcard":
    case "descendant":
      return gathered(g, node, place);
    case "parent":
      return resolve(g, node.slot.label, place);
    case "sort":
    case "operator":
      throw new Unsupported(node.type);
  }
}

function binary(g: Generator, node: Extract<Ast, { type: "binary" }>, place: Place): Operand {
  switch (node.value) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(g, node, place);
    case "=":
    case "!=":
      return equality(g, node, place);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(g, node, place);
    case "and":
    case "or":
      return logic(g, node, place);
    case "&":
      return concatenation(g, node, place);
    case "..":
      return range(g, node, place);
    case "in":
      return inclusion(g, node, place);
  }
}

/** `x[]` on what may be a sequence already; and what a lambda handed on as it was may collapse in any node. */
function kept(g: Generator, node: Ast, result: Operand, place: Place): Operand {
  if (result.kind !== "any" || (node.keepArray !== true && (!g.hasTails || result.isData))) return result;
  if (endsInCall(node)) return result;
  const helper = node.keepArray === true ? "collapseKept" : "collapse";
  return { ...result, js: g.name(place.out, "t", `${g.helper(helper)}(${result.js})`) };
}

/** A call that a lambda ends with is made once the nodes around it are done: they see nothing of its value. */
function endsInCall(node: Ast): boolean {
  switch (node.type) {
    case "lambda":
      return node.thunk === true;
    case "condition":
      return endsInCall(node.then) || (node.else !== undefined && endsInCall(node.else));
    case "block": {
      const last = node.expressions.at(-1);
      return last !== undefined && endsInCall(last);
    }
    default:
      return false;
  }
}

/** Whether predicates or a grouping may look at what they are given, beyond its place. */
function looksAtItems({ predicate = [], group }: Ast): boolean {
  const isPlain = ({ expr }: Filter): boolean => ["number", "string", "value"].includes(expr.type);
  return group !== undefined || !predicate.every(isPlain);
}

/** The call a lambda ends with: what is said about the call besides its arguments does not count. */
function tail(g: Generator, node: Lambda, place: Place): Operand {
  if (node.body.type !== "function") throw new Unsupported("tail");
  const { procedure, arguments: args, position } = node.body;
  return call(
    g,
    { type: "function", procedure, arguments: args, ...(position === undefined ? {} : { position }) },
    { ...place, isTail: true },
  );
}

function regex(g: Generator, node: Regex, place: Place): Operand {
  // The parser copies what stands before `?:`, and a regular expression does not survive that: the reference then matches
  // by the text of an object. So do we.
  const pattern = node.value instanceof RegExp ? node.value : new RegExp(String(node.value));
  if (!place.isRepeated) return operand(g.constant(regexValue(pattern, node.position)), "function");
  // A lambda may be entered again while a match of the same pattern goes on.
  const js = `${g.helper("regexValue")}(${g.constant(pattern)}, ${node.position ?? 0})`;
  return operand(g.name(place.out, "f", js), "function");
}

function gathered(g: Generator, node: Ast, place: Place): Operand {
  const js = `${g.helper(node.type === "wildcard" ? "wildcard" : "descendants")}(${place.context.js})`;
  g.helper("budget");
  if (place.isRaw) return operand(g.name(place.out, "t", js));
  const helper = node.keepArray === true ? "collapseKept" : "collapse";
  return operand(g.name(place.out, "t", `${g.helper(helper)}(${js})`));
}

function transform(g: Generator, node: Transform, place: Place): Operand {
  const parts = [node.pattern, node.update, ...(node.delete === undefined ? [] : [node.delete])];
  const [pattern, update, remove] = parts.map((part) => contextFunction(g, part, place, false));
  const clone = resolve(g, "clone", place);
  const positions = [node.position, node.update.position, node.delete?.position].map((position) => position ?? 0);
  const parameters = [
    `pattern: ${pattern}, update: ${update}, remove: ${remove}, clone: ${clone.js}`,
    `reachesOut: ${reachesOut(node.pattern)}, positions: [${positions.join(", ")}]`,
  ];
  const js = `${g.helper("transformer")}({ ${parameters.join(", ")} })`;
  return operand(g.name(place.out, "f", js), "function");
}

/** A pattern with variables may find what does not belong to the copy. */
function reachesOut(pattern: Ast): boolean {
  for (const node of nodesOf(pattern as unknown as Node))
    if (node.type === "variable" && node.value !== "") return true;
  return false;
}
