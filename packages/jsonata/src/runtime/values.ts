// What the values of a running expression are. Data is plain JSON data; undefined is "nothing". Two things exist only
// inside an evaluation: functions, which are functions of JavaScript, and marks on arrays the expression made.

/** Bits an array made by an expression may carry; no data can imitate them, for no JSON text can hold a symbol. */
export const MARK = Symbol("mark");
/** A sequence: results of a path, which collapse to their item when there is one, and to nothing when there is none. */
export const SEQUENCE = 1;
/** A sequence that stays an array when it holds one item: `path[]`. */
export const KEEP = 2;
/** Made by an array constructor at the end of a path: a following step takes it as one item. */
export const CONS = 4;
/** The input, when it is an array, inside a sequence of one: so that a path sees it as a single value. */
export const OUTER = 8;

export type Marked = unknown[] & { [MARK]?: number };
export type Fn = (...args: unknown[]) => unknown;
export type Dictionary = Record<string, unknown>;

export const marksOf = (array: unknown[]): number => (array as Marked)[MARK] ?? 0;

export function isSequence(value: unknown): value is unknown[] {
  return Array.isArray(value) && (marksOf(value) & SEQUENCE) !== 0;
}

/** A new sequence holding what is given. */
export function sequence(...items: unknown[]): unknown[] {
  (items as Marked)[MARK] = SEQUENCE;
  return items;
}

/** Declares an array of ours to be a sequence. */
export function asSequence(items: unknown[]): unknown[] {
  (items as Marked)[MARK] = SEQUENCE;
  return items;
}

/** The value of a syntax node whose result is an array of ours, not marked yet: nothing, its one item, or a sequence. */
export function settle(items: unknown[]): unknown {
  if (items.length === 1) return items[0];
  if (items.length === 0) return undefined;
  (items as Marked)[MARK] = SEQUENCE;
  return items;
}

/** The value of a syntax node whose result may be a marked sequence. */
export function collapse(value: unknown): unknown {
  if (!Array.isArray(value) || value.length > 1) return value;
  const marks = marksOf(value);
  if ((marks & SEQUENCE) === 0) return value;
  if (value.length === 0) return undefined;
  return (marks & KEEP) === 0 ? (value[0] as unknown) : value;
}

export const isObject = (value: unknown): value is Dictionary =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A number an operator accepts. NaN is none; an infinite one is an error, D1001, which the caller has to raise. */
export const isFiniteNumber = (value: unknown): value is number => typeof value === "number" && value - value === 0;

/** Sets a field of an object the expression makes, also when it is named `__proto__`. */
export function put(object: Dictionary, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  } else object[key] = value;
}
