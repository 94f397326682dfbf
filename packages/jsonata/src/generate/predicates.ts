// Predicates in square brackets, on a step of a path or on any other value.
import type { Ast, Filter, Literal } from "../syntax/ast.ts";
import { operand, type Lines, type Operand } from "./code.ts";
import type { Generator } from "./generator.ts";
import { branch, openContext, type Place } from "./place.ts";

/** A predicate that is written as a number picks one item. */
export const isByNumber = (filter: Filter): boolean => filter.expr.type === "number";

/** The number of such a predicate. */
export const numberOf = (filter: Filter): number => Math.floor((filter.expr as Literal).value as number);

const mostIndexes = 1000;

/** The numbers of a predicate such as `[[0, 2..4]]`, when they are written out. */
function constantIndexes({ expr }: Filter): number[] | undefined {
  if (expr.type !== "unary" || expr.value !== "[" || expr.predicate !== undefined || expr.group !== undefined)
    return undefined;
  const numbers: number[] = [];
  for (const item of expr.expressions) {
    const [from, to] = item.type === "binary" && item.value === ".." ? [item.lhs, item.rhs] : [item, item];
    if (from.type !== "number" || to.type !== "number") return undefined;
    const [first, last] = [from.value as number, to.value as number];
    if (from !== to && !(Number.isInteger(first) && Number.isInteger(last))) return undefined;
    if (last - first >= mostIndexes || numbers.length >= mostIndexes) return undefined;
    for (let number = first; number <= last; number++) numbers.push(Math.floor(number));
  }
  return numbers;
}

/** That item; it may be an array. */
export function firstByNumber(g: Generator, value: Operand, filter: Filter, place: Place): Operand {
  const js = `${g.helper("pick")}(${value.js}, ${numberOf(filter)})`;
  return operand(g.name(place.out, "v", js), "any", { isData: value.isData });
}

/** A loop over the items of a value that the predicate lets through; a missing value is one missing item. */
// oxlint-disable-next-line max-params -- a loop: over what, through what, where, and what is done
export function select(
  g: Generator,
  value: Operand,
  filter: Filter,
  place: Place,
  body: (item: Operand, place: Place) => void,
): void {
  const indexes = constantIndexes(filter);
  if (indexes !== undefined) return selectAt(g, value, indexes, place, body);
  const { js } = value;
  const [items, length, at, item] = [g.id("a"), g.id("n"), g.id("i"), g.id("c")];
  const inner: Lines = [];
  if (value.kind === "array") place.out.push(`const ${items} = ${js};`, `const ${length} = ${items}.length;`);
  else {
    place.out.push(
      `const ${items} = Array.isArray(${js}) ? ${js} : null;`,
      `const ${length} = ${items} === null ? 1 : ${items}.length;`,
    );
  }
  place.out.push(`for (let ${at} = 0; ${at} < ${length}; ${at}++) {`, inner, `}`);
  g.turn(inner);
  inner.push(
    value.kind === "array"
      ? `const ${item} = ${items}[${at}];`
      : `const ${item} = ${items} === null ? ${js} : ${items}[${at}];`,
  );
  const found = operand(item, "any", { isData: value.isData });
  const loop = { ...branch(place, inner), isRepeated: true };
  const context = openContext(found, inner);
  const test = g.value(filter.expr, {
    ...loop,
    context,
    depth: place.depth + 1,
    isTail: false,
    isRaw: false,
    isPart: false,
  });
  const chosen: Lines = [];
  if (test.kind === "boolean") inner.push(`if (${test.optional ? `${test.js} === true` : test.js}) {`, chosen, `}`);
  else {
    const times = g.id("m");
    inner.push(
      `for (let ${times} = ${g.helper("selects")}(${test.js}, ${at}, ${length}); ${times} > 0; ${times}--) {`,
      chosen,
      `}`,
    );
  }
  body(found, { ...branch(loop, chosen), context });
}

/** A loop over the items at some places. */
// oxlint-disable-next-line max-params -- as select
function selectAt(
  g: Generator,
  value: Operand,
  indexes: readonly number[],
  place: Place,
  body: (item: Operand, place: Place) => void,
): void {
  const wanted = g.hoist(`[${indexes.join(", ")}]`);
  const items = g.name(place.out, "a", `${g.helper("itemsAt")}(${value.js}, ${wanted})`);
  const [at, item] = [g.id("i"), g.id("c")];
  const inner: Lines = [];
  place.out.push(`for (let ${at} = 0; ${at} < ${items}.length; ${at}++) {`, inner, `}`);
  inner.push(`const ${item} = ${items}[${at}];`);
  const loop = { ...branch(place, inner), isRepeated: true };
  body(operand(item, "any", { isData: value.isData }), loop);
}

/** The predicates of a node that is no step of a path. */
export function predicates(
  g: Generator,
  value: Operand,
  { predicate: filters = [], keepArray }: Ast,
  place: Place,
): Operand {
  let current = value;
  for (const [number, filter] of filters.entries()) {
    if (isByNumber(filter)) {
      current = firstByNumber(g, current, filter, place);
      if (number < filters.length - 1) {
        current = operand(g.name(place.out, "a", `${g.helper("asItems")}(${current.js})`), "array", {
          isData: value.isData,
        });
      }
      continue;
    }
    const kept = g.name(place.out, "a", "[]");
    select(g, current, filter, place, (item, inner) => inner.out.push(`${kept}.push(${item.js});`));
    current = operand(kept, "array", { isData: value.isData, isFresh: value.isFresh === true });
    if (number === filters.length - 1) {
      const js =
        keepArray === true
          ? `${g.helper("settleKept")}(${kept}, 2, undefined)`
          : `${g.helper("settleCounted")}(${kept})`;
      return operand(g.name(place.out, "t", js), "any", { isData: value.isData, isFresh: value.isFresh === true });
    }
  }
  if (keepArray !== true) {
    if (!g.hasTails || current.isData) return current;
    return { ...current, js: g.name(place.out, "t", `${g.helper("collapse")}(${current.js})`) };
  }
  return { ...current, js: g.name(place.out, "t", `${g.helper("keepPicked")}(${current.js})`) };
}
