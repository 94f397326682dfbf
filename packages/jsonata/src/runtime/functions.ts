// Functions as values: calls from generated code, partial application, composition, transforms.
import { builtIns, type BuiltIn } from "../functions/built-ins.ts";
import { budget } from "./budget.ts";
import { arityOf, follow, invoke, Tail } from "./call.ts";
import { raise, raiseLimit } from "./raise.ts";
import { collapse, isObject, put, type Dictionary, type Fn } from "./values.ts";

/** What a call does around the function: turns, depth and tails. */
function open(fn: unknown, levels: number): Fn {
  if (typeof fn !== "function") raise("T1006");
  if (--budget.turns < 0) budget.look();
  budget.depth += levels;
  return fn as Fn;
}

function close(result: unknown, levels: number, context: unknown): unknown {
  const value = result instanceof Tail ? follow(result, context) : result;
  budget.depth -= levels;
  return value;
}

export const call0 = (fn: unknown, levels: number, context: unknown): unknown =>
  close(open(fn, levels).call(context), levels, context);

export const call1 = (fn: unknown, levels: number, context: unknown, a: unknown): unknown =>
  close(open(fn, levels).call(context, a), levels, context);

// oxlint-disable-next-line max-params -- a call and its arguments
export const call2 = (fn: unknown, levels: number, context: unknown, a: unknown, b: unknown): unknown =>
  close(open(fn, levels).call(context, a, b), levels, context);

// oxlint-disable-next-line max-params -- a call and its arguments
export const call3 = (fn: unknown, levels: number, context: unknown, a: unknown, b: unknown, c: unknown): unknown =>
  close(open(fn, levels).call(context, a, b, c), levels, context);

export const callMany = (fn: unknown, levels: number, context: unknown, given: unknown[]): unknown =>
  close(open(fn, levels).apply(context, given), levels, context);

/** A lambda is entered, and certainly goes this deep. */
export function reach(levels: number): void {
  if (budget.depth + levels > budget.limits.depth) raiseLimit("LIMIT_DEPTH");
}

/** The result of a lambda that was run in place. */
export const finished = (value: unknown, context: unknown = null): unknown =>
  value instanceof Tail ? follow(value, context) : value;

/** `lhs ~> rhs` where the right side is no call: applies it, or makes one function of two. */
export function pipe(lhs: unknown, rhs: unknown, position: number): unknown {
  if (typeof rhs !== "function") raise("T2006", { position, value: rhs });
  if (typeof lhs !== "function") return invoke(rhs, lhs);
  return (value: unknown) => new Tail(rhs, [collapse(invoke(lhs, value))]);
}

/** Stands for `?` among the arguments of a partial application. */
export const hole = Symbol("hole");

/** A function with some of its arguments filled in. */
export function partially(fn: unknown, given: readonly unknown[], position: number): Fn {
  if (typeof fn !== "function") raise("T1008", { position });
  const { run: target, parameters: count } = underneath(fn as Fn);
  // The reference reads the parameters off the source of a function, and cannot read all of them.
  if (count === undefined) raise("T1008", { position });
  const filled = Array.from({ length: count }, (_, at) => given[at]);
  const holes = filled.flatMap((value, at) => (value === hole ? [at] : []));
  const result: Fn = (...rest) => {
    const args = filled.slice();
    for (const [at, place] of holes.entries()) args[place] = rest[at];
    return target.apply(null, args);
  };
  return Object.assign(result, { arity: holes.length });
}

let inner: Map<Fn, BuiltIn> | undefined;

/** What a partial application calls: a built-in function without the check of its arguments. */
function underneath(fn: Fn): { run: Fn; parameters: number | undefined } {
  inner ??= new Map(Array.from(builtIns.values(), (one) => [one.value, one]));
  return inner.get(fn) ?? { run: fn, parameters: arityOf(fn) };
}

export interface TransformParts {
  readonly pattern: (context: unknown) => unknown;
  readonly update: (context: unknown) => unknown;
  readonly remove: ((context: unknown) => unknown) | undefined;
  readonly clone: unknown;
  /** The pattern may find values that are no part of the copy. */
  readonly reachesOut: boolean;
  /** Of the operator, of the update, of the deletion. */
  readonly positions: readonly [number, number, number];
}

/** `|pattern|update, deletion|`: a function that gives a changed copy. */
export function transformer(parts: TransformParts): Fn {
  const fn: Fn = function (this: unknown, ...given) {
    const value = given.length === 0 ? this : given[0];
    if (given.length > 1 || !(value === undefined || (typeof value === "object" && value !== null))) {
      raise("T0410", { value: given.length > 1 ? given[1] : value, index: given.length > 1 ? 2 : 1 });
    }
    return value === undefined ? undefined : transform(value, parts);
  };
  return Object.assign(fn, { arity: 1 });
}

function transform(value: unknown, parts: TransformParts): unknown {
  if (typeof parts.clone !== "function") raise("T2013", { position: parts.positions[0] });
  const result = invoke(parts.clone, value);
  const matches = parts.pattern(result);
  if (matches === undefined) return result;
  const own = parts.reachesOut ? containersIn(result, new Set()) : undefined;
  for (const match of Array.isArray(matches) ? (matches as unknown[]) : [matches]) {
    if (--budget.turns < 0) budget.look();
    // Only the copy is changed: the input is nobody's to write to.
    const isOwn = own === undefined || own.has(match);
    change(isOwn ? match : undefined, parts.update(match), parts.positions[1]);
    if (parts.remove !== undefined) remove(isOwn ? match : undefined, parts.remove(match), parts.positions[2]);
  }
  return result;
}

function containersIn(value: unknown, found: Set<unknown>): Set<unknown> {
  if (typeof value !== "object" || value === null) return found;
  found.add(value);
  for (const item of Object.values(value)) containersIn(item, found);
  return found;
}

function change(match: unknown, changes: unknown, position: number): void {
  if (changes === undefined) return;
  if (!isObject(changes)) raise("T2011", { position, value: changes });
  if (typeof match !== "object" || match === null) return;
  for (const key of Object.keys(changes)) put(match as Dictionary, key, changes[key]);
}

function remove(match: unknown, names: unknown, position: number): void {
  if (names === undefined) return;
  const list: unknown[] = Array.isArray(names) ? names : [names];
  if (!list.every((name) => typeof name === "string")) raise("T2012", { position, value: names });
  if (typeof match !== "object" || match === null) return;
  for (const name of list) delete (match as Dictionary)[name];
}

/** A caller's variable. */
export function binding(bindings: Dictionary | undefined, name: string): unknown {
  return bindings !== undefined && Object.hasOwn(bindings, name) ? bindings[name] : undefined;
}
