// Objects, arrays and groups. An object whose keys are written out is one literal of JavaScript when all its values are
// there, which gives every such object the same hidden class; with a value missing it is filled field by field.
import type { ArrayConstructor, Ast, Group, ObjectConstructor } from "../syntax/ast.ts";
import { isSafe, keyOf, operand, quote, textOf, type Lines, type Operand } from "./code.ts";
import type { Generator } from "./generator.ts";
import { weight } from "./operators.ts";
import { isClosed, outline } from "./outline.ts";
import { branch, deeper, openContext, type Context, type Place } from "./place.ts";

/** Fields from which the values of an object are computed in functions of their own, which V8 can optimise. */
const manyFields = 20;
const fieldsPerFunction = 12;

const flags = new Set(["_jsonata_lambda", "_jsonata_function"]);

/** Keys that are all written as texts, all different, none refused. */
function literalKeys(pairs: readonly [Ast, Ast][]): string[] | undefined {
  const keys = pairs.map(([key]) =>
    key.type === "string" && key.predicate === undefined ? String(key.value) : undefined,
  );
  if (keys.some((key) => key === undefined || flags.has(key)) || new Set(keys).size < keys.length) return undefined;
  return keys as string[];
}

export function object(g: Generator, node: ObjectConstructor, place: Place): Operand {
  const keys = literalKeys(node.lhs);
  const { context } = place;
  if (keys === undefined) {
    const isSmall = node.lhs.length <= manyFields;
    if (context.isWhole && isSmall)
      return keyed(g, node, { ...deeper(place), context: { ...context, isWhole: false } });
    const source = operand(context.js, "any", { isData: context.isData });
    return isSmall && g.branches < mostBranches
      ? keyedOrGrouped(g, node, source, place)
      : group(g, node, source, place, context.isWhole);
  }
  const inner = { ...deeper(place), context: folded(g, context, place.out) };
  const values = fieldValues(
    g,
    node.lhs.map(([, value]) => value),
    inner,
  );
  return assemble(g, keys, values, place);
}

/** An object with computed keys, for one context: all keys, then the values of those that are there. */
function keyed(g: Generator, node: ObjectConstructor, place: Place): Operand {
  const { out } = place;
  const position = node.position ?? 0;
  const keys = node.lhs.map(([key]) => {
    const value = g.value(key, place);
    return `${g.helper("keyOf")}(${value.js}, ${position})`;
  });
  const names = keys.map((key) => g.name(out, "k", key));
  if (names.length > 1) out.push(`${g.helper("differ")}([${names.join(", ")}], ${position});`);
  const result = g.name(out, "x", "{}");
  for (const [at, [, field]] of node.lhs.entries()) {
    const inner: Lines = [];
    const value = g.value(field, branch(place, inner));
    charge(g, [value], inner);
    const set = `${g.helper("put")}(${result}, ${names[at]}, ${value.js});`;
    inner.push(value.optional ? `if (${value.js} !== undefined) ${set}` : set);
    out.push(`if (${names[at]} !== undefined) {`, inner, `}`);
  }
  return operand(result, "object", { optional: false, isFresh: true });
}

/** How deep code for one context, and for a list of them, is written side by side. */
const mostBranches = 2;

/** An object with computed keys where the context may turn out to be a list. */
function keyedOrGrouped(g: Generator, node: ObjectConstructor, source: Operand, place: Place): Operand {
  const [one, many]: [Lines, Lines] = [[], []];
  const result = g.id("x");
  g.branches++;
  const single = keyed(g, node, branch(deeper(place), one));
  const grouped = group(g, node, source, branch(place, many));
  g.branches--;
  place.out.push(`let ${result};`, `if (Array.isArray(${source.js})) {`, many, `${result} = ${grouped.js};`);
  place.out.push(`} else {`, one, `${result} = ${single.js};`, `}`);
  return operand(result, "object", { optional: false, isFresh: true });
}

/** The context of an object's values: a list of contexts counts as one, their items laid end to end. */
function folded(g: Generator, context: Context, out: Lines): Context {
  if (context.isWhole) return { ...context, isWhole: false };
  const name = g.name(out, "c", `Array.isArray(${context.js}) ? ${g.helper("fold")}(${context.js}) : ${context.js}`);
  return openContext({ js: name, isData: context.isData }, out);
}

/** An object written in place, whose contents the object around it can charge for. */
const isLiteral = (node: Ast): boolean =>
  node.type === "unary" && node.value === "{" && node.predicate === undefined && node.group === undefined;

function fieldValues(g: Generator, nodes: readonly Ast[], place: Place): Operand[] {
  if (nodes.length <= manyFields) return nodes.map((node) => g.value(node, { ...place, isPart: isLiteral(node) }));
  const values: Operand[] = [];
  for (let from = 0; from < nodes.length; from += fieldsPerFunction) {
    values.push(...outline(g, nodes.slice(from, from + fieldsPerFunction), place));
  }
  return values;
}

/** The object from its keys and values. */
function assemble(g: Generator, keys: readonly string[], values: readonly Operand[], place: Place): Operand {
  const { out } = place;
  const result = g.id("x");
  const weights = weightsOf(g, values);
  if (!place.isPart) chargeAll(g, weights, out);
  const present = keys.flatMap((key, at) =>
    values[at]?.kind === "undefined" ? [] : [{ key, value: values[at] as Operand }],
  );
  const whole = `{ ${present.map(({ key, value }) => `${keyOf(key)}: ${value.js}`).join(", ")} }`;
  const doubtful = [...new Set(present.filter(({ value }) => value.optional).map(({ value }) => value.js))];
  if (doubtful.length === 0) out.push(`const ${result} = ${whole};`);
  else {
    out.push(
      `let ${result};`,
      `if (${doubtful.map((js) => `${js} !== undefined`).join(" && ")}) ${result} = ${whole};`,
    );
    out.push(`else {`, `${result} = {};`);
    for (const { key, value } of present) out.push(field(g, result, key, value));
    out.push(`}`);
  }
  const made = { optional: false, isFresh: true };
  return operand(result, "object", place.isPart ? { ...made, pending: weights } : made);
}

function field(g: Generator, object: string, key: string, value: Operand): string {
  const set =
    key === "__proto__"
      ? `${g.helper("put")}(${object}, "__proto__", ${value.js})`
      : `${object}[${quote(key)}] = ${value.js}`;
  return value.optional ? `if (${value.js} !== undefined) ${set};` : `${set};`;
}

const weightsOf = (g: Generator, values: readonly Operand[]): string[] =>
  values.flatMap((value) => [...(value.pending ?? []), weight(g, value)]).filter((one) => one !== undefined);

function chargeAll(g: Generator, weights: readonly string[], out: Lines): void {
  if (weights.length === 0) return;
  g.helper("budget");
  out.push(`${g.helper("charge")}(${weights.join(" + ")});`);
}

/** Charges what a container holds, in one sum. */
export const charge = (g: Generator, values: readonly Operand[], out: Lines): void =>
  chargeAll(g, weightsOf(g, values), out);

export function array(g: Generator, node: ArrayConstructor, place: Place): Operand {
  const { out } = place;
  const items = node.expressions.map((item) => ({ item, value: g.value(item, { ...deeper(place), out }) }));
  const values = items.map(({ value }) => value);
  charge(g, values, out);
  const result = g.id("a");
  const isNested = (item: Ast): boolean => item.type === "unary" && item.value === "[";
  const isOne = ({ item, value }: (typeof items)[number]): boolean =>
    isNested(item) || isSafe(value) || value.kind === "object" || value.kind === "function";
  if (items.every((one) => isOne(one) && !one.value.optional)) {
    out.push(`const ${result} = [${values.map(({ js }) => js).join(", ")}];`);
  } else {
    out.push(`const ${result} = [];`);
    for (const one of items) {
      const { js, optional } = one.value;
      const add = isOne(one) ? `${result}.push(${js})` : `${g.helper("append")}(${result}, ${js})`;
      out.push(optional ? `if (${js} !== undefined) ${add};` : `${add};`);
    }
  }
  if (node.consarray === true) out.push(`${g.helper("construct")}(${result});`);
  return operand(result, "array", { optional: false, isFresh: true });
}

/** `{key: value}` over items: as an operator on a path, or where the keys of an object are computed. */
// oxlint-disable-next-line max-params -- as the others, and whether the source is taken as one item
export function group(g: Generator, node: Group, source: Operand, place: Place, isWhole = false): Operand {
  const pairs = node.lhs.map(([key, value]) => {
    const [keyFn, valueFn] = [key, value].map((side) => contextFunction(g, side, place, source.isData));
    return `{ key: ${keyFn}, value: ${valueFn} }`;
  });
  const items = isWhole ? `[${source.js}]` : source.js;
  const js = `${g.helper("group")}(${items}, [${pairs.join(", ")}], ${node.position ?? 0})`;
  return operand(g.name(place.out, "x", js), "object", { optional: false, isFresh: true });
}

/** A function of a context: for helpers that call it once for each item. */
export function contextFunction(g: Generator, node: Ast, place: Place, isData: boolean): string {
  const parameter = g.id("c");
  const out: Lines = [];
  const inner = {
    ...branch(place, out),
    depth: place.depth + 1,
    isTail: false,
    isRaw: false,
    isPart: false,
    isRepeated: true,
  };
  const context = openContext({ js: parameter, isData }, out);
  const value = g.value(node, { ...inner, context });
  return functionOf(g, [parameter], out, value.js);
}

/** A function expression; declared once for all when it uses nothing of the evaluation around it. */
export function functionOf(g: Generator, parameters: readonly string[], body: Lines, result: string): string {
  const text = `(${parameters.join(", ")}) => {\n${textOf(body)}return ${result};\n}`;
  return isClosed(text) ? g.hoist(text) : text;
}
