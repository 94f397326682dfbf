// State of generating one expression: fresh names, helpers and constants it uses, declarations outside of its functions.
import type { Ast, Call } from "../syntax/ast.ts";
import type { BuiltIn } from "../functions/built-ins.ts";
import { quote, read, type Lines, type Operand } from "./code.ts";
import type { Place } from "./place.ts";

/** The name of the input: one like all local ones. */
export const inputName = "c0";

/** The construct that keeps an expression from being compiled. */
export class Unsupported extends Error {}

export interface Given {
  /** Built-in functions and the caller's, by name: a caller's wins. */
  readonly functions: ReadonlyMap<string, BuiltIn>;
  /** Names of the caller's variables that hide a function. */
  readonly hidden: ReadonlySet<string>;
  /** The limit on what comes out. */
  readonly outputBytes: number;
}

export class Generator {
  readonly given: Given;
  /** Declarations made once, when the expression is made. */
  readonly hoisted: Lines = [];
  readonly constants: unknown[] = [];
  readonly helpers = new Set<string>();
  /** Caller's variables: name in the expression to name in the code. */
  readonly variables = new Map<string, string>();
  /** Texts and containers could grow without end, so they are counted: there are lambdas or variables. */
  readonly isGrowing: boolean;
  /** Names of called functions by position. */
  readonly tokens = new Map<number, unknown>();
  /** Something hands on sequences as they are, so values of any node may still have to collapse. */
  hasTails = false;
  /** A lambda ends with a call that may take its context for an argument: see runtime/homes.ts. */
  hasContextEnds = false;
  /** One step of it may take long, so that the clock has to run from the start. */
  isTimed = false;
  /** Depth of code that is written twice. */
  branches = 0;
  readonly #value: (g: Generator, node: Ast, place: Place) => Operand;
  readonly #pooled = new Map<unknown, string>();
  #ids = 0;

  constructor(given: Given, isGrowing: boolean, value: (g: Generator, node: Ast, place: Place) => Operand) {
    this.given = given;
    this.isGrowing = isGrowing;
    this.#value = value;
  }

  /** A new local name: a letter and a number. */
  readonly id = (letter: string): string => `${letter}${++this.#ids}`;

  /** The value of a node, at this place. */
  value(node: Ast, place: Place): Operand {
    return this.#value(this, node, place);
  }

  /** A function of the run-time by its name. */
  helper(name: string): string {
    this.helpers.add(name);
    return name;
  }

  /** The name of a value that exists already: a function, a regular expression. */
  constant(value: unknown): string {
    let name = this.#pooled.get(value);
    if (name === undefined) {
      name = `K${this.constants.push(value) - 1}`;
      this.#pooled.set(value, name);
    }
    return name;
  }

  /** Declares something once for all evaluations; the same text gets the same name. */
  hoist(js: string): string {
    let name = this.#pooled.get(js);
    if (name === undefined) {
      name = `H${this.#pooled.size}`;
      this.#pooled.set(js, name);
      this.hoisted.push(`const ${name} = ${js};`);
    }
    return name;
  }

  /** Fields of a path, for the helpers that read arrays. */
  fields(keys: readonly string[]): string {
    return this.hoist(`[${keys.map((key) => this.field(key)).join(", ")}]`);
  }

  field(key: string): string {
    return this.hoist(`{ key: ${quote(key)}, get: (x) => ${read("x", key)} }`);
  }

  /** Notes which call is made now: an error inside takes its place. */
  called(out: Lines, node: Call): void {
    const { procedure, position = 0 } = node;
    const [first] = procedure.type === "path" ? procedure.steps : [procedure];
    if (first !== undefined && "value" in first) this.tokens.set(position, first.value);
    out.push(`${this.helper("budget")}.at = ${position};`);
  }

  /** Counts one turn of a loop. */
  turn(out: Lines): void {
    out.push(`if (--${this.helper("budget")}.turns < 0) budget.look();`);
  }

  /** Puts a value into a name of its own, so that it can be read twice. */
  name(out: Lines, letter: string, js: string): string {
    const name = this.id(letter);
    out.push(`const ${name} = ${js};`);
    return name;
  }
}
