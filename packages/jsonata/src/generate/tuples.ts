// Paths with `@$name`, `#$name` or `%`: each step makes a stream of tuples (runtime/tuples.ts) from the one before it.
// The names of a tuple are looked up in it first, then around the path.
import type { Ast, Filter, Index, Path, Sort } from "../syntax/ast.ts";
import { childrenOf } from "../syntax/tree.ts";
import type { Node } from "../reference/reference.ts";
import { operand, quote, textOf, type Lines, type Operand } from "./code.ts";
import { contextFunction } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import { isClosed } from "./outline.ts";
import { isConstructor, itemsBefore } from "./steps.ts";
import { branch, openContext, type Place } from "./place.ts";
import { isByNumber, numberOf } from "./predicates.ts";
import { openFrame, tupleName } from "./scope.ts";
import { sorted } from "./sorts.ts";
import { declare } from "./variables.ts";

/** A path whose steps bind names. */
export const isStream = (node: Path): boolean => node.tuple === true || node.steps.some((step) => step.tuple === true);

export function tuples(g: Generator, node: Path, place: Place): Operand {
  g.helper("budget");
  const names = namesIn(node);
  const start = node.steps.findIndex((step) => step.tuple === true);
  const [first] = node.steps as [Ast];
  const isList = start === 0 && isConstructor(first);
  let stream = isList ? listed(g, first, node.steps, place) : started(g, node.steps, start, place);
  for (const step of node.steps.slice(isList ? 1 : start)) {
    stream = staged(g, step, stepped(g, step, { stream, names, place }), { names, place });
  }
  if (node.group !== undefined) return grouped(g, node.group, { stream, names, place });
  if (node.tuple === true) return operand(g.name(place.out, "t", `${g.helper("innerStream")}(${stream.js})`));
  const items = g.name(place.out, "a", `${g.helper("tupleItems")}(${stream.js})`);
  const helper = node.keepSingletonArray === true || node.keepArray === true ? "keepCounted" : "settleCounted";
  return operand(g.name(place.out, "t", `${g.helper(helper)}(${items})`), "any", { isData: false });
}

interface Stream {
  readonly js: string;
  /** Not tuples yet: what a sort, as the first step that binds, works on. */
  readonly isItems: boolean;
  /** Items are still the input itself, which counts as one. */
  readonly isWhole: boolean;
  /** Sorted by the step before. */
  readonly isSorted?: boolean;
}

interface Surroundings {
  readonly names: ReadonlySet<string>;
  readonly place: Place;
}

function started(g: Generator, steps: readonly Ast[], start: number, place: Place): Stream {
  const { context } = place;
  const first = steps[start] as Ast;
  if (start > 0) {
    const { js: items } = itemsBefore(g, steps.slice(0, start), place);
    if (first.type === "sort") return { js: items, isItems: true, isWhole: false };
    return { js: g.name(place.out, "a", `${g.helper("tuplesOfItems")}(${items})`), isItems: false, isWhole: false };
  }
  const isWhole = context.isWhole || first.type === "variable";
  const js = g.name(place.out, "a", `${g.helper("tuplesOf")}(${context.js}, ${isWhole})`);
  return { js, isItems: false, isWhole: context.isWhole && first.type === "variable" };
}

/** An array written at the start gives its items; that it should bind them the reference does not notice. */
function listed(g: Generator, first: Ast, steps: readonly Ast[], place: Place): Stream {
  const { context, out } = place;
  const list = g.value({ ...first, stages: [] }, place);
  const isContext = first.focus !== undefined;
  const source = isContext ? context.js : list.js;
  const isWhole = isContext && context.isWhole;
  if (steps[1]?.type === "sort")
    return { js: g.name(out, "a", `${g.helper("listOf")}(${source}, ${isWhole})`), isItems: true, isWhole: false };
  return { js: g.name(out, "a", `${g.helper("tuplesOf")}(${source}, ${isWhole})`), isItems: false, isWhole: false };
}

function stepped(g: Generator, step: Ast, { stream, names, place }: Surroundings & { stream: Stream }): Stream {
  const { out } = place;
  if (step.type === "sort")
    return {
      js: sortedStream(g, step, { stream, names, place }),
      isItems: false,
      isWhole: false,
      isSorted: !stream.isItems,
    };
  const binds = [
    step.focus === undefined ? undefined : `focus: ${quote(tupleName(step.focus))}`,
    step.index === undefined ? undefined : `index: ${quote(tupleName(step.index))}`,
    step.ancestor === undefined ? undefined : `ancestor: ${quote(tupleName(step.ancestor.label))}`,
  ];
  // A block stays marked: what it gives may be a stream of its own.
  const bare = { ...step, stages: [], tuple: step.type === "block" } as Ast;
  const value = tupleFunction(g, bare, { names, place }, stream.isWhole);
  const options = `{ ${binds.filter((bind) => bind !== undefined).join(", ")} }`;
  const js = g.name(out, "a", `${g.helper("tupleStep")}(${stream.js}, ${value}, ${options})`);
  return { js, isItems: false, isWhole: stream.isWhole && step.focus !== undefined };
}

function sortedStream(g: Generator, step: Sort, { stream, names, place }: Surroundings & { stream: Stream }): string {
  if (stream.isItems) {
    const items = sorted(g, step, operand(stream.js, "array"), place);
    return g.name(
      place.out,
      "a",
      `${g.helper("tuplesOfSorted")}(${items}, ${quote(tupleName(step.index ?? "undefined"))})`,
    );
  }
  const terms = step.terms.map(({ expression, descending }) => {
    // Sorted again, it is an array of its tuples to the reference: what the terms see are the tuples themselves.
    const value =
      stream.isSorted === true
        ? `${g.helper("ofShown")}(${contextFunction(g, expression, place, false)})`
        : `${g.helper("ofTuple")}(${tupleFunction(g, expression, { names, place })})`;
    return `{ value: ${value}, isDescending: ${descending} }`;
  });
  return g.name(place.out, "a", `${g.helper("sortBy")}(${stream.js}, [${terms.join(", ")}], ${step.position ?? 0})`);
}

function staged(g: Generator, step: Ast, stream: Stream, surroundings: Surroundings): Stream {
  const { stages = [] } = step;
  let { js } = stream;
  for (const stage of stages) js = g.name(surroundings.place.out, "a", applied(g, stage, js, surroundings));
  return { ...stream, js };
}

function applied(g: Generator, stage: Filter | Index, stream: string, surroundings: Surroundings): string {
  if (stage.type === "index") return `${g.helper("tupleIndex")}(${stream}, ${quote(tupleName(stage.value))})`;
  if (isByNumber(stage)) return `${g.helper("tuplePick")}(${stream}, ${numberOf(stage)})`;
  return `${g.helper("tupleFilter")}(${stream}, ${tupleFunction(g, stage.expr, surroundings)})`;
}

function grouped(
  g: Generator,
  { lhs, position = 0 }: NonNullable<Path["group"]>,
  { stream, names, place }: Surroundings & { stream: Stream },
): Operand {
  const pairs = lhs.map(([key, value]) => {
    const [keyFn, valueFn] = [key, value].map((side) => tupleFunction(g, side, { names, place }));
    return `{ key: ${keyFn}, value: ${valueFn} }`;
  });
  const js = `${g.helper("groupTuples")}(${stream.js}, [${pairs.join(", ")}], ${position})`;
  return operand(g.name(place.out, "x", js), "object", { optional: false, isFresh: true });
}

/** A function of an item and its tuple. */
export function tupleFunction(g: Generator, node: Ast, { names, place }: Surroundings, isWhole = false): string {
  const [item, tuple] = [g.id("c"), g.id("u")];
  const out: Lines = [];
  const context = openContext({ js: item, isData: false }, out, isWhole);
  const inner = {
    ...branch(place, out),
    context,
    depth: place.depth + 1,
    isTail: false,
    isRaw: false,
    isPart: false,
    isRepeated: true,
  };
  const frame = declare(g, [node], inner, openFrame(place.frame, { js: tuple, names }));
  const value = g.value(node, { ...inner, frame });
  const text = `(${item}, ${tuple}) => {\n${textOf(out)}return ${value.js};\n}`;
  return isClosed(text) ? g.hoist(text) : text;
}

/** The predicates of a block whose path is a stream of tuples. */
export function tuplePredicates(g: Generator, value: Operand, node: Ast, place: Place): Operand {
  const names = namesIn(node);
  let { js } = value;
  for (const { expr } of node.predicate ?? []) {
    const test = tupleFunction(g, expr, { names, place });
    js = g.name(place.out, "t", `${g.helper("filterAny")}(${js}, ${test})`);
  }
  return operand(js);
}

/** All names that tuples of a path can have, those of paths inside included. */
export function namesIn(node: Ast): ReadonlySet<string> {
  const names = new Set<string>();
  const open: Ast[] = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.focus !== undefined) names.add(at.focus);
    if (at.index !== undefined) names.add(at.index);
    if (at.ancestor !== undefined) names.add(at.ancestor.label);
    for (const stage of at.stages ?? []) if (stage.type === "index") names.add(stage.value);
    open.push(...(childrenOf(at as unknown as Node) as unknown as Ast[]));
  }
  return names;
}
