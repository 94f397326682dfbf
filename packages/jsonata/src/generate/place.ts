// Where code is generated: the lines it goes to, the context value, and the variables in scope.
import { read, type Lines, type Operand } from "./code.ts";
import type { Frame } from "./scope.ts";

/** A context value, the `$` of a place, with what was already found out about it. */
export interface Context {
  readonly js: string;
  /** It is part of the input. */
  readonly isData: boolean;
  /** Paths take it as one value even when it is an array: the input itself. */
  readonly isWhole: boolean;
  /** Where its checks and shared reads are declared; they come before everything that uses the context. */
  readonly declarations: Lines;
  /** Names of values read from it by path, with the name of the check that they are plain objects. */
  readonly objects: Map<string, { value: string; check: string }>;
  /** Values read by path, with the lines they were declared in: others in these lines, and inside, need not read again. */
  readonly leaves: Map<string, { value: Operand; out: Lines }>;
}

export interface Place {
  readonly out: Lines;
  /** The lines around these, which are done before them. */
  readonly around: readonly Lines[];
  readonly context: Context;
  readonly frame: Frame;
  /** Variables that have certainly been bound by now. */
  readonly bound: Set<string>;
  /** How many syntax nodes are open inside the current function. */
  readonly depth: number;
  /** The value is what a lambda returns: a call there is a tail call. */
  readonly isTail: boolean;
  /** What is asked for is the node's own result: a sequence that has yet to pass predicates before it may collapse. */
  readonly isRaw: boolean;
  /** An object made here is part of one around it, which charges for both. */
  readonly isPart: boolean;
  /** Inside a loop or a lambda: what is done here may be done many times. */
  readonly isRepeated: boolean;
}

/** A value that takes part in a branch or a loop: what it binds need not have been bound afterwards. */
export const branch = (place: Place, out: Lines): Place => ({
  ...place,
  out,
  around: [...place.around, place.out],
  bound: new Set(place.bound),
});

export const deeper = (place: Place): Place => ({
  ...place,
  depth: place.depth + 1,
  isTail: false,
  isRaw: false,
  isPart: false,
});

export const isPlainObject = (js: string): string =>
  `typeof ${js} === "object" && ${js} !== null && !Array.isArray(${js})`;

/** Opens a context at the end of the lines of a place; `js` is declared there already. */
export function openContext(value: Pick<Operand, "js" | "isData">, out: Lines, isWhole = false): Context {
  const declarations: Lines = [];
  out.push(declarations);
  return { js: value.js, isData: value.isData, isWhole, declarations, objects: new Map(), leaves: new Map() };
}

/** The object that a path of names leads to from a context, with its check; declared once for all who read below it. */
export function objectAt(
  context: Context,
  keys: readonly string[],
  id: (prefix: string) => string,
): { value: string; check: string } {
  const path = JSON.stringify(keys);
  const known = context.objects.get(path);
  if (known !== undefined) return known;
  const key = keys.at(-1);
  const check = id("o");
  let value = context.js;
  if (key !== undefined) {
    const parent = objectAt(context, keys.slice(0, -1), id);
    value = id("p");
    context.declarations.push(`const ${value} = ${parent.check} ? ${read(parent.value, key)} : undefined;`);
  }
  context.declarations.push(`const ${check} = ${isPlainObject(value)};`);
  const found = { value, check };
  context.objects.set(path, found);
  return found;
}
