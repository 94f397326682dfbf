// What becomes of an expression in npm jsonata and in ours, in one form that can be compared.
import jsonata from "jsonata";
import { compile, type Expression } from "../index.ts";
import { nodesOf, type Node } from "./nodes.ts";
import { builtins, type Focus } from "../reference/reference.ts";

export type Outcome =
  | { kind: "value"; value: unknown }
  /** A value that is a function, or holds one; a value that holds itself. */
  | { kind: "function" | "cycle" }
  /** Not run, for it might never end. */
  | { kind: "untold" }
  | { kind: "error"; code: string | undefined; position: number | undefined; token: string | undefined };

/** One text, ready to run in both. What cannot be compiled is an outcome already. */
export interface Pair {
  text: string;
  reference: jsonata.Expression | Outcome;
  ours: Expression | Outcome;
}

/** What an expression runs on. */
export interface Given {
  input: unknown;
  bindings?: Record<string, unknown> | undefined;
}

export interface Trial {
  text: string;
  given: Given;
  reference: Outcome;
  ours: Outcome;
  /** Ours wrote to its input. */
  hasWritten: boolean;
  /** The reference wrote to its own, as it does in places. */
  hasReferenceWritten: boolean;
  /** Ours failed at first, and was run again in the reference. */
  isRerun: boolean;
}

/** `ms` is what one evaluation may take: generous, for it is not what is compared. */
export function prepare(text: string, ms = 20_000): Pair {
  if (formatsAnything(text)) return { text, reference: { kind: "untold" }, ours: { kind: "untold" } };
  return {
    text,
    reference: attempt(() => (hasSpoiltPattern(text) ? { kind: "untold" } : jsonata(text, { timeout: ms }))),
    ours: attempt(() => compiled(text, ms)),
  };
}

/** The reference has a pattern that is none any more, see the exception "copied-pattern"; matching it may never end. */
const hasSpoiltPattern = (text: string): boolean =>
  /\?[:?]/.test(text) && nodesOf(text).some(({ type, value }) => type === "regex" && !(value instanceof RegExp));

/** A partial application lets in what is no number, and the reference then computes exponents for ever; nothing stops it. */
const formatsAnything = (text: string): boolean =>
  text.includes("formatNumber") &&
  nodesOf(text).some(({ type, procedure }) => type === "partial" && (procedure as Node).value === "formatNumber");

// Letters of an infinite number are a loop without an end, inside a function, where the reference looks at no timeout.
function endFormatInteger(): void {
  const definition = builtins.get("formatInteger");
  if (definition === undefined) throw new Error("jsonata has no function $formatInteger");
  const { implementation } = definition;
  definition.implementation = function formatInteger(this: Focus, value: unknown, picture: unknown): unknown {
    if (Math.abs(Number(value)) === Infinity) throw Object.assign(new Error("it would never end"), { code: "D1012" });
    return implementation.call(this, value, picture);
  };
}
endFormatInteger();

/** Compiling happens when somebody asks how an expression runs, or runs it. */
function compiled(text: string, timeMs: number): Expression {
  const expression = compile(text, { limits: { timeMs } });
  void expression.how.kind;
  return expression;
}

function attempt<T>(make: () => T | Outcome): T | Outcome {
  try {
    return make();
  } catch (cause) {
    return failure(cause);
  }
}

/** Runs both on copies of what is given. */
export async function run(pair: Pair, given: Given): Promise<Trial> {
  const [theirs, own] = [copyOf(given), copyOf(given)];
  forgetPlaces();
  const reference = await outcomeOf(pair.reference, theirs);
  const before = rerunsOf(pair);
  const ours = await outcomeOf(pair.ours, own);
  const hasReferenceWritten = isChanged(theirs, given);
  const hasWritten = isChanged(own, given);
  return { text: pair.text, given, reference, ours, hasWritten, hasReferenceWritten, isRerun: rerunsOf(pair) > before };
}

const rerunsOf = ({ ours }: Pair): number => ("evaluate" in ours ? ours.reruns : 0);

/** Run again although it has a value: right in the end, but ours failed on its own. */
export const isHealed = ({ isRerun, reference }: Trial): boolean => isRerun && reference.kind === "value";

const copyOf = (given: Given): Given => JSON.parse(JSON.stringify(given)) as Given;

type Runnable = { evaluate(input: unknown, bindings?: Record<string, unknown>): unknown };

async function outcomeOf(expression: Runnable | Outcome, { input, bindings }: Given): Promise<Outcome> {
  if (!("evaluate" in expression)) return expression;
  try {
    let value = expression.evaluate(input, bindings);
    if (value instanceof Promise) value = await value;
    return { kind: kindOf(value, { open: new Set(), done: new Set() }), value };
  } catch (cause) {
    return failure(cause);
  }
}

interface Walk {
  open: Set<object>;
  done: Set<object>;
}

function kindOf(value: unknown, walk: Walk): "value" | "function" | "cycle" {
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null || walk.done.has(value)) return "value";
  if (walk.open.has(value)) return "cycle";
  const { _jsonata_lambda, _jsonata_function } = value as Record<string, unknown>;
  if (_jsonata_lambda === true || _jsonata_function === true) return "function";
  walk.open.add(value);
  for (const inner of Object.values(value)) {
    const kind = kindOf(inner, walk);
    if (kind !== "value") return kind;
  }
  walk.open.delete(value);
  walk.done.add(value);
  return "value";
}

function failure(cause: unknown): Outcome {
  const { code, position, token } = cause as { code?: string; position?: number; token?: unknown };
  // ENGINE_FAULT is our name for an error of JavaScript that the reference lets out.
  return { kind: "error", code: code === "ENGINE_FAULT" ? undefined : code, position, token: tokenText(token) };
}

function tokenText(token: unknown): string | undefined {
  if (token === undefined || typeof token === "string") return token;
  return token instanceof RegExp ? token.toString() : (JSON.stringify(token) ?? typeof token);
}

interface Placed {
  position?: unknown;
  token?: unknown;
}

/**
 * The reference writes the place of a call on the function that is called. It shares the built-in ones between all
 * expressions, so the place of an error may be that of an older call, in another text; this makes it forget.
 */
function forgetPlaces(): void {
  for (const definition of builtins.values() as Iterable<Placed>) {
    definition.position = undefined;
    definition.token = undefined;
  }
}

/** True when the data is no longer what it was, or an array of it bears anything besides its items. */
const isChanged = (data: unknown, was: unknown): boolean => !isSame(data, was) || bearsMore(data);

function bearsMore(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) && Reflect.ownKeys(value).length !== value.length + 1) return true;
  return Object.values(value).some(bearsMore);
}

/** Equal as JSON, the order of keys included; 0 and -0 are one number. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other || (Number.isNaN(one) && Number.isNaN(other))) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item: unknown, index) => isSame(item ?? null, (other[index] as unknown) ?? null));
  }
  const [left, right] = [entriesOf(one), entriesOf(other)];
  if (left.length !== right.length) return false;
  return left.every(([key, value], index) => key === right[index]?.[0] && isSame(value, right[index]?.[1]));
}

const entriesOf = (object: object): [string, unknown][] =>
  Object.entries(object).filter(([, value]) => value !== undefined);

/** True when nobody could tell the two engines apart by this trial. */
export function agrees({ reference, ours, hasWritten }: Trial): boolean {
  if (hasWritten || reference.kind !== ours.kind) return false;
  if (reference.kind === "value" && ours.kind === "value") return isSame(reference.value, ours.value);
  if (reference.kind === "error" && ours.kind === "error") {
    return reference.code === ours.code && reference.position === ours.position && reference.token === ours.token;
  }
  return true;
}
