// What a writer of expressions knows where it stands: a sample of the context value, the variables in sight, how deep it
// may still go. Writers call one another through `make`, never directly.
import type { Random } from "../random.ts";

export type Kind = "number" | "text" | "boolean" | "object" | "numbers" | "texts" | "objects" | "list" | "any";
export const kinds: readonly Kind[] = [
  "number",
  "text",
  "boolean",
  "object",
  "numbers",
  "texts",
  "objects",
  "list",
  "any",
];

export type Writer = (scope: Scope) => string;

export interface Variable {
  name: string;
  /** A value like the one it will have. */
  sample: unknown;
}

export interface Scope {
  readonly random: Random;
  /** A value like the context's. */
  readonly here: unknown;
  readonly root: unknown;
  readonly variables: readonly Variable[];
  /** Levels that may still be nested. */
  readonly room: number;
  /** How probable it is that a part is of another kind than what is wanted, and that other trouble is written. */
  readonly trouble: number;
  readonly writers: Readonly<Record<Kind, Writer>>;
}

type Change = Partial<Pick<Scope, "here" | "variables" | "room">>;

/** Text of an expression, and a value like the one it will have. */
export interface Source {
  text: string;
  sample: unknown;
}

/** What a value of each kind may be like, where nothing better is known. */
export const samples: Readonly<Record<Kind, unknown>> = {
  number: 1,
  text: "a",
  boolean: true,
  object: { a: 1 },
  numbers: [1],
  texts: ["a"],
  objects: [{ a: 1 }],
  list: [1, "a"],
  any: null,
};

/** An expression of this kind, one level deeper. */
export function make(scope: Scope, kind: Kind, change: Change = {}): string {
  const wanted = scope.random.chance(scope.trouble) ? scope.random.pick(kinds) : kind;
  return scope.writers[wanted]({ ...scope, room: scope.room - 1, ...change });
}

/** The same, as an operand: nearly always in parentheses where operators could tear it apart. */
export function operand(scope: Scope, kind: Kind, change: Change = {}): string {
  const text = make(scope, kind, change);
  return isTight(text) || scope.random.chance(0.06) ? text : `(${text})`;
}

/** The same, where a path or a call follows. */
export function head(scope: Scope, kind: Kind, change: Change = {}): string {
  const text = make(scope, kind, change);
  return isTight(text) ? text : `(${text})`;
}

/** True when no operator of the text stands outside brackets and quotes: writers put spaces around operators. */
export function isTight(text: string): boolean {
  if (/^(?:-|function|λ|\|)/.test(text)) return false;
  let depth = 0;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (quote !== "") {
      if (char === "\\" && quote !== "`") index++;
      else if (char === quote) quote = "";
    } else if (`"'\``.includes(char)) quote = char;
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (depth === 0 && " \n/".includes(char)) return false;
  }
  return true;
}

/** One of several ways to write something. Weights say how often. */
export function choose(scope: Scope, ways: readonly (readonly [number, () => string])[]): string {
  return scope.random.weighted(ways)();
}

/** A name for a new variable; now and then one that is taken already, or that of a built-in function. */
export function freshName(scope: Scope): string {
  const { random, variables } = scope;
  if (random.chance(0.04))
    return random.pick(["sum", "count", "string", "map", "uppercase", "lookup", "keys", "clone"]);
  if (variables.length > 0 && random.chance(0.1)) return random.pick(variables).name;
  return random.pick(["v", "x", "y", "k", "n", "acc", "item", "limit", "température"]);
}

/** These variables and what is in sight already; of two with one name the new one counts. */
export function withVariables(scope: Scope, ...added: Variable[]): readonly Variable[] {
  return [...scope.variables.filter(({ name }) => !added.some((one) => one.name === name)), ...added];
}
