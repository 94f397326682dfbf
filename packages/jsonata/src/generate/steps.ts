// The steps of a path that is not of names alone: loops inside one another, one for each step, whose innermost body appends
// a result. A step that sorts interrupts them.
import type { Ast, Filter, Name } from "../syntax/ast.ts";
import { isSafe, operand, read, type Lines, type Operand } from "./code.ts";
import { charge } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import { branch, objectAt, openContext, type Place } from "./place.ts";
import { firstByNumber, isByNumber, select } from "./predicates.ts";
import { sorted } from "./sorts.ts";

type Body = (item: Operand, place: Place) => void;

const isPlainName = (step: Ast): step is Name =>
  step.type === "name" &&
  (step.stages === undefined || step.stages.length === 0) &&
  step.predicate === undefined &&
  step.group === undefined &&
  step.tuple !== true;

/** How many steps from the start, or after a leading variable, are names and nothing else. */
export function leadingNames(steps: readonly Ast[], from: number): string[] {
  const names: string[] = [];
  for (let at = from; at < steps.length; at++) {
    const step = steps[at] as Ast;
    if (!isPlainName(step)) break;
    names.push(step.value);
  }
  return names;
}

/** Results gathered in generated code, and what the last step needs to know of them. */
export interface Gathering {
  readonly out: string;
  /** Names of the number of results and the last of them: one result that is an array may stay as it is. */
  readonly last: { readonly count: string; readonly only: string };
}

/** Generates the steps, and declares what they gather into. */
export function gather(
  g: Generator,
  all: readonly Ast[],
  place: Place,
  isSorted = false,
): { gathering: Gathering; found: Found } {
  const gathering = { out: g.id("a"), last: { count: g.id("n"), only: g.id("t") } };
  const declaration: Lines = [];
  place.out.push(declaration);
  const found = steps(g, all, place, { ...gathering, isSorted });
  declaration.push(`const ${gathering.out} = [];`);
  if (found.needsLast) declaration.push(`let ${gathering.last.count} = 0;`, `let ${gathering.last.only};`);
  return { gathering, found };
}

/** The items that some steps give to the next one. */
export function itemsBefore(g: Generator, all: readonly Ast[], place: Place): Operand {
  const { gathering, found } = gather(g, all, place, true);
  return operand(found.whole ?? gathering.out, "array", found);
}

export interface Found {
  readonly needsLast: boolean;
  /** The result is this array, as it is: what a sort gave. */
  readonly whole?: string;
  readonly isData: boolean;
  readonly isFresh: boolean;
}

/** The loops of all steps. */
function steps(g: Generator, all: readonly Ast[], place: Place, gathering: Gathering & { isSorted: boolean }): Found {
  const sortAt = all.findLastIndex((step) => step.type === "sort");
  if (sortAt < 0) {
    const walk = new Walk(g, all, gathering, gathering.isSorted);
    walk.first(place);
    return walk.found;
  }
  const step = all[sortAt] as Extract<Ast, { type: "sort" }>;
  const before = itemsBefore(g, all.slice(0, sortAt), place);
  const { isData, isFresh = false } = before;
  const items = sorted(g, step, operand(before.js, "array", { isData }), place);
  const rest = all.slice(sortAt + 1);
  const filters = (step.stages ?? []) as Filter[];
  if (rest.length === 0 && filters.length === 0) {
    return { needsLast: false, whole: items, isData, isFresh };
  }
  const walk = new Walk(g, rest, gathering);
  walk.isFresh = isFresh;
  walk.isData = isData;
  walk.filtered(operand(items, "array", { isData }), filters, -1, place);
  return walk.found;
}

/** An array written out, or a block that begins with one: it is taken as a list, whatever the context is. */
export const isConstructor = (step: Ast): boolean => "consarray" in step && step.consarray;

/** A name as a step: the field of one context, which may be a list in itself. */
export function nameStep(g: Generator, step: Name, { context, out }: Place): Operand {
  const self = objectAt(context, [], g.id);
  g.helpers.add("hasOwn");
  const slow = `${g.helper(step.keepArray === true ? "lookupKept" : "lookup")}(${context.js}, ${g.field(step.value)})`;
  const quick = read(context.js, step.value);
  return operand(g.name(out, "v", `${self.check} ? ${quick} : ${slow}`), "any", { isData: context.isData });
}

/** Generates the loops of the steps of a path that does not sort. */
class Walk {
  readonly #g: Generator;
  readonly #steps: readonly Ast[];
  readonly #gathering: Gathering;
  /** What is gathered will be sorted. */
  readonly #isSorted: boolean;
  needsLast = false;
  isData = true;
  isFresh = true;

  constructor(g: Generator, steps: readonly Ast[], gathering: Gathering, isSorted = false) {
    this.#isSorted = isSorted;
    this.#g = g;
    this.#steps = steps;
    this.#gathering = gathering;
  }

  get found(): Found {
    return { needsLast: this.needsLast, isData: this.isData, isFresh: this.isFresh };
  }

  /** The first step takes the context, or each item of one that is an array. */
  first(place: Place): void {
    const [first] = this.#steps as [Ast];
    const { context } = place;
    const names = leadingNames(this.#steps, 0);
    // The name before the one that is filtered, or the last, gives the objects to take it from.
    const skipped = names.length === this.#steps.length ? names.length - 1 : names.length;
    if (skipped > 0) return this.#afterNames(names.slice(0, skipped), place);
    if (isConstructor(first)) return this.#constructed(first, place);
    if (first.type === "variable") return this.#step(0, place);
    if (context.isWhole) return this.#step(0, { ...place, context: { ...context, isWhole: false } });
    const source = operand(context.js, "any", { isData: context.isData });
    this.#each(source, place, "context", (item, inner) => {
      const next = openContext(item, inner.out);
      this.#step(0, { ...inner, context: next });
    });
  }

  /** An array written at the start of a path gives its items; when there are none, it is itself the result. */
  #constructed(first: Ast, place: Place): void {
    const items = this.#g.value(first, place);
    const { count, only } = this.#gathering.last;
    this.needsLast = true;
    this.isData &&= items.isData;
    const list = this.#g.name(place.out, "a", `${this.#g.helper("itemsOfList")}(${items.js})`);
    const values = operand(list, "array", { isData: items.isData });
    if (this.#isSorted)
      place.out.push(`if (!Array.isArray(${items.js}) || ${items.js}.length === 0) ${this.#g.helper("leave")}();`);
    else place.out.push(`if (${this.#g.helper("isEmptyList")}(${items.js})) { ${count} = 1; ${only} = ${items.js}; }`);
    this.#each(values, place, "context", (item, inner) => this.#item(item, 0, inner));
  }

  #afterNames(names: readonly string[], place: Place): void {
    const g = this.#g;
    const { context } = place;
    const parent = objectAt(context, names.slice(0, -1), g.id);
    g.helpers.add("hasOwn");
    const slow = `${g.helper(context.isWhole ? "itemsFrom" : "items")}(${context.js}, ${g.fields(names)})`;
    const js = `${parent.check} ? ${read(parent.value, names.at(-1) ?? "")} : ${slow}`;
    const source = operand(g.name(place.out, "v", js), "any", { isData: context.isData });
    this.#each(source, place, "result", (item, inner) => {
      const next = openContext(item, inner.out);
      this.#step(names.length, { ...inner, context: next });
    });
  }

  /** The step at `index` for the context of this place. */
  #step(index: number, place: Place): void {
    const step = this.#steps[index] as Ast;
    const value = this.#g.value({ ...step, stages: [] }, place);
    const filters = (step.stages ?? []) as Filter[];
    this.filtered(value, filters, index, place);
  }

  /** The results of step `index` through its filters, and on to the next step. */
  filtered(value: Operand, filters: readonly Filter[], index: number, place: Place): void {
    const [filter, ...rest] = filters;
    if (filter === undefined) return this.#results(value, index, place);
    const g = this.#g;
    if (isByNumber(filter)) {
      const item = firstByNumber(g, value, filter, place);
      // An empty array picked out of what was sorted ends the path, and is its result.
      if (index < 0 && this.#steps.length > 0) this.#endsWith(item, place);
      if (rest.length === 0) {
        // A place with nothing at it is a result, too: then an array at another is not the only one.
        const { count, only } = this.#gathering.last;
        if (index === this.#steps.length - 1) {
          this.needsLast = true;
          place.out.push(`if (${item.js} === undefined) { ${count}++; ${only} = undefined; }`);
        }
        return this.#results(item, index, place);
      }
      const source = operand(g.name(place.out, "a", `${g.helper("asItems")}(${item.js})`), "array", {
        isData: item.isData,
      });
      return this.filtered(source, rest, index, place);
    }
    if (rest.length > 0) {
      const kept = g.name(place.out, "a", "[]");
      select(g, value, filter, place, (item, inner) => inner.out.push(`${kept}.push(${item.js});`));
      return this.filtered(operand(kept, "array", { isData: value.isData }), rest, index, place);
    }
    select(g, value, filter, place, (item, inner) => this.#item(item, index, inner));
  }

  #endsWith(value: Operand, place: Place): void {
    const { count, only } = this.#gathering.last;
    this.needsLast = true;
    this.isData &&= value.isData;
    place.out.push(`if (${this.#g.helper("isEmptyList")}(${value.js})) { ${count} = 1; ${only} = ${value.js}; }`);
  }

  /** One item that is taken as it is, even when it is an array. */
  #item(item: Operand, index: number, place: Place): void {
    if (index === this.#steps.length - 1) {
      this.isData &&= item.isData;
      place.out.push(`${this.#gathering.out}.push(${item.js});`);
      return;
    }
    const context = place.context.js === item.js ? place.context : openContext(item, place.out);
    this.#step(index + 1, { ...place, context });
  }

  /** What a step gave for one context: nothing, an item, or an array of items. */
  #results(value: Operand, index: number, place: Place): void {
    // What is read off the items of the step before is at most as much as they were; anything else is counted.
    if (index === this.#steps.length - 1) {
      if (this.#steps[index]?.type !== "name") charge(this.#g, [value], place.out);
      return this.#append(value, place);
    }
    this.#each(value, place, "result", (item, inner) => this.#item(item, index, inner));
  }

  #append(value: Operand, place: Place): void {
    const g = this.#g;
    const { out, last } = this.#gathering;
    this.isData &&= value.isData || isSafe(value);
    if (value.kind === "undefined") return;
    const single = isSafe(value) || value.kind === "object" || value.kind === "function";
    if (single) {
      place.out.push(
        value.optional ? `if (${value.js} !== undefined) ${out}.push(${value.js});` : `${out}.push(${value.js});`,
      );
      return;
    }
    this.needsLast = true;
    const { js } = value;
    place.out.push(`if (${js} !== undefined) {`, `${last.count}++;`, `${last.only} = ${js};`);
    place.out.push(`if (Array.isArray(${js})) ${g.helper("flatten")}(${out}, ${js}); else ${out}.push(${js});`, `}`);
  }

  /** A loop over the items of a value: those of an array, or the one it is. */
  #each(value: Operand, place: Place, of: "context" | "result", body: Body): void {
    const g = this.#g;
    const { js } = value;
    const [items, length, at, item] = [g.id("a"), g.id("n"), g.id("i"), g.id("c")];
    const isArray =
      value.isData || of === "context"
        ? `Array.isArray(${js})`
        : `Array.isArray(${js}) && !${g.helper("isConstructed")}(${js})`;
    const isNothing = of === "result" && value.optional ? `${js} === undefined ? 0 : 1` : "1";
    const inner: Lines = [];
    place.out.push(
      `const ${items} = ${isArray} ? ${js} : null;`,
      `const ${length} = ${items} === null ? (${isNothing}) : ${items}.length;`,
    );
    place.out.push(`for (let ${at} = 0; ${at} < ${length}; ${at}++) {`, inner, `}`);
    g.turn(inner);
    inner.push(`const ${item} = ${items} === null ? ${js} : ${items}[${at}];`);
    body(operand(item, "any", { isData: value.isData }), { ...branch(place, inner), isRepeated: true });
  }
}
