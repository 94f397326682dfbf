// Text of generated JavaScript while it grows, and what generated code says about the values it holds.

/** Lines of code. A block inside may be filled after what follows it was written: declarations that turn out to be needed. */
export type Lines = (string | Lines)[];

export function textOf(lines: Lines): string {
  let text = "";
  for (const line of lines) text += typeof line === "string" ? `${line}\n` : textOf(line);
  return text;
}

/** What is known about a value when the code is generated. */
export type Kind = "number" | "boolean" | "string" | "object" | "array" | "function" | "undefined" | "any";

/** A value in generated code. `js` is a name or a literal: reading it twice costs nothing and changes nothing. */
export interface Operand {
  readonly js: string;
  readonly kind: Kind;
  /** It may be undefined as well. */
  readonly optional: boolean;
  /** It comes from the input unchanged, so arrays in it bear no marks. */
  readonly isData: boolean;
  /** A container this expression made, with all that is in it accounted for. */
  readonly isFresh?: boolean;
  /** What is in this container and not charged yet: whoever takes it into a container of its own charges it, too. */
  readonly pending?: readonly string[];
  /** The length of a text, at most. */
  readonly atMost?: number;
  /** The value, when it is known now. */
  readonly literal?: string | number | boolean | null;
}

export const nothing: Operand = { js: "undefined", kind: "undefined", optional: true, isData: false };

export function operand(js: string, kind: Kind = "any", facts: Partial<Operand> = {}): Operand {
  return { js, kind, optional: kind === "any" || kind === "undefined", isData: false, ...facts };
}

/** A value as JavaScript, safe in any source text. */
export function literal(value: string | number | boolean | null): Operand {
  if (typeof value === "number") {
    const js = value < 0 || Object.is(value, -0) ? `(${String(value)})` : String(value);
    return operand(Object.is(value, -0) ? "(-0)" : js, "number", { optional: false, literal: value });
  }
  if (typeof value === "string")
    return operand(quote(value), "string", { optional: false, literal: value, atMost: value.length });
  if (value === null) return operand("null", "any", { optional: false, literal: null });
  return operand(String(value), "boolean", { optional: false, literal: value });
}

/** A string literal. JSON leaves the two line separators as they are, which older sources may not hold. */
export const quote = (text: string): string =>
  JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

const isIdentifier = /^[A-Za-z_]\w*$/;

/** Access to a field that is known to be no inherited one. */
export const access = (object: string, key: string): string =>
  isIdentifier.test(key) ? `${object}.${key}` : `${object}[${quote(key)}]`;

/** A key of an object literal; `__proto__` must be computed to be a field. */
export function keyOf(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return isIdentifier.test(key) ? key : quote(key);
}

/** The kind of a value that is one of two. */
export function join(js: string, a: Operand, b: Operand): Operand {
  const optional = a.optional || b.optional;
  if (a.kind === "undefined") return operand(js, b.kind, { optional: true, isFresh: b.isFresh === true });
  if (b.kind === "undefined") return operand(js, a.kind, { optional: true, isFresh: a.isFresh === true });
  const isFresh = (isSafe(a) || a.isFresh === true) && (isSafe(b) || b.isFresh === true);
  const facts = { optional, isFresh, isData: a.isData && b.isData };
  if (a.atMost === undefined || b.atMost === undefined) return operand(js, a.kind === b.kind ? a.kind : "any", facts);
  return operand(js, "string", { ...facts, atMost: Math.max(a.atMost, b.atMost) });
}

/** No container and no function. */
export const isSafe = (value: Operand): boolean =>
  value.kind === "number" || value.kind === "boolean" || value.kind === "string" || value.kind === "undefined";

/** Names that objects of JavaScript inherit: reading one has to ask whether the object has it itself. */
const inherited: ReadonlySet<string> = new Set(
  [
    Object.prototype,
    Array.prototype,
    Date.prototype,
    RegExp.prototype,
    Map.prototype,
    Set.prototype,
    Promise.prototype,
    ArrayBuffer.prototype,
    DataView.prototype,
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    Buffer.prototype,
  ].flatMap((prototype) => Object.getOwnPropertyNames(prototype)),
);

/** Reading a field of `object`, which is a plain object or an instance of a class, never what it inherits. */
export const read = (object: string, key: string): string =>
  inherited.has(key) ? `(hasOwn(${object}, ${quote(key)}) ? ${access(object, key)} : undefined)` : access(object, key);
