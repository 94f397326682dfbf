// A text that was compiled, shared by all expressions of the same text and options: the generated function, made when it
// is first needed, and the reference's evaluation, made when something has to run there.
import { ExpressionError } from "./errors.ts";
import { builtIns, withSignature, type BuiltIn } from "./functions/built-ins.ts";
import { Unsupported } from "./generate/generator.ts";
import { generate, link, type Evaluate, type Program } from "./generate/program.ts";
import type { Limits } from "./limits.ts";
import { referenceEvaluate } from "./reference/evaluator.ts";
import type { FunctionDefinition } from "./reference/functions.ts";
import { budget } from "./runtime/budget.ts";
import type { Portable } from "./apart/messages.ts";
import { library } from "./library/index.ts";
import { remembered } from "./runtime/replay.ts";
import { callerFunction } from "./runtime/caller.ts";
import { analyse, type Analysis } from "./syntax/analyse.ts";
import type { Ast } from "./syntax/ast.ts";
import { parseBounded } from "./syntax/parse.ts";

export type Functions = Record<string, FunctionDefinition>;

/** Built-in functions whose results cannot be had a second time. */
const unrepeatable = new Set(["random", "shuffle"]);

/** Milliseconds an evaluation may take on the thread that all others wait for. */
const sliceMs = 10;

export class Unit {
  readonly text: string;
  readonly limits: Readonly<Limits>;
  readonly reads: readonly string[];
  /** Variables the caller has to bind. */
  readonly variables: readonly string[];
  /** Functions it uses, built-in ones and the caller's: names a binding would hide. */
  readonly uses: ReadonlySet<string>;
  /** A failed evaluation may be done again: nothing it calls has effects, or answers at random. */
  readonly isRepeatable: boolean;
  /** It calls functions that answer later. */
  readonly isAsync: boolean;
  /** What a thread of its own needs to evaluate it; undefined when it calls functions that exist only here. */
  readonly portable: Portable | undefined;
  /** Limits of an evaluation on this thread, which others wait for. */
  readonly #slice: Readonly<Limits>;
  readonly functions: Functions;
  readonly #isGrowing: boolean;
  readonly #linked = new Map<string, Evaluate>();
  readonly #references = new Map<string, ReturnType<typeof referenceEvaluate>>();
  /** The syntax tree, until it is compiled. */
  #ast: Ast | undefined;
  #because: string | undefined;
  #tokens: ReadonlyMap<number, unknown> = new Map();

  /** Parses the text. @throws what the parser throws */
  constructor(text: string, limits: Readonly<Limits>, functions: Functions) {
    const ast = parseBounded(text).ast();
    const analysis = analyse(ast);
    this.#ast = ast as unknown as Ast;
    this.text = text;
    this.limits = limits;
    this.functions = functions;
    this.reads = analysis.reads;
    const names = new Set(analysis.uses.map((use) => use.name));
    const isFunction = (name: string): boolean =>
      builtIns.has(name) || name === "eval" || Object.hasOwn(functions, name);
    this.variables = [...names].filter((name) => !isFunction(name));
    this.uses = new Set([...analysis.names, ...(analysis.types.has("transform") ? ["clone"] : [])].filter(isFunction));
    this.isRepeatable = [...this.uses].every((name) =>
      Object.hasOwn(functions, name) ? isPure(name, functions[name]) : !unrepeatable.has(name),
    );
    const called = [...this.uses].filter((name) => Object.hasOwn(functions, name));
    this.isAsync = called.some((name) => functions[name]?.isAsync === true);
    const isOurs = called.every((name) => Object.hasOwn(library, name) && functions[name] === library[name]);
    this.portable = isOurs ? { text, limits, library: called.length > 0 } : undefined;
    this.#slice = { ...limits, timeMs: Math.min(limits.timeMs, sliceMs) };
    this.#isGrowing = isGrowing(analysis);
    if (this.uses.has("eval") && !Object.hasOwn(functions, "eval")) this.#because = "$eval";
  }

  /** What keeps it from being compiled. */
  get because(): string | undefined {
    if (this.#because === undefined && this.#linked.size === 0) this.program();
    return this.#because;
  }

  /**
   * The compiled evaluation, where `hidden` functions are variables of the caller; undefined when there is none. A slice of
   * it ends after some milliseconds, with the error of the time limit.
   */
  compiled(isSlice = false, hidden: readonly string[] = []): Evaluate | undefined {
    const key = `${isSlice} ${hidden.join(" ")}`;
    const known = this.#linked.get(key);
    if (known !== undefined) return known;
    const program = this.program(hidden);
    if (program === undefined) return undefined;
    const evaluate = this.#link(program, isSlice);
    if (evaluate === undefined) return undefined;
    this.#tokens = program.tokens;
    this.#linked.set(key, evaluate);
    return evaluate;
  }

  /** The generated program; undefined when the reference has to do it. */
  program(hidden: readonly string[] = []): Program | undefined {
    if (this.#because !== undefined) return undefined;
    try {
      const ast = this.#ast ?? (parseBounded(this.text).ast() as unknown as Ast);
      this.#ast = undefined;
      return generate(
        ast,
        { functions: this.#known(), hidden: new Set(hidden), outputBytes: this.limits.outputBytes },
        this.#isGrowing,
      );
    } catch (cause) {
      // A tree nested so deeply that walking it needs more stack than there is.
      if (!(cause instanceof Unsupported || cause instanceof RangeError)) throw cause;
      this.#because = cause.message;
      return undefined;
    }
  }

  #link(program: Program, isSlice: boolean): Evaluate | undefined {
    try {
      return link(program, isSlice ? this.#slice : this.limits);
    } catch (cause) {
      // A process may be started with --disallow-code-generation-from-strings.
      if (!(cause instanceof EvalError)) throw cause;
      this.#because = "code generation is switched off in this process";
      return undefined;
    }
  }

  /** The evaluation by the reference, whole or as a slice. */
  reference(isSlice = false): ReturnType<typeof referenceEvaluate> {
    const key = String(isSlice);
    let evaluate = this.#references.get(key);
    if (evaluate === undefined) {
      const limits = isSlice ? this.#slice : this.limits;
      evaluate = referenceEvaluate({ text: this.text }, { limits, functions: this.functions });
      this.#references.set(key, evaluate);
    }
    return evaluate;
  }

  /** An error that says no place happened in the call that was being made. */
  placed(cause: unknown): unknown {
    if (!(cause instanceof Error) || cause instanceof ExpressionError) return cause;
    const error = cause as Error & { position?: number; token?: unknown };
    if (error.position === undefined && budget.at >= 0) {
      error.position = budget.at;
      error.token ??= this.#tokens.get(budget.at);
    }
    return error;
  }

  #known(): ReadonlyMap<string, BuiltIn> {
    const names = Object.keys(this.functions);
    if (names.length === 0) return builtIns;
    const added = names.map((name) => [name, asBuiltIn(name, this.functions[name])] as const);
    return new Map([...builtIns, ...(this.isAsync ? randoms : []), ...added]);
  }
}

/** Random numbers that stay the same when an evaluation is run again. */
const randoms = [...unrepeatable].map((name) => {
  const one = builtIns.get(name) as BuiltIn;
  return [
    name,
    { ...one, value: Object.assign(remembered(one.value), { arity: one.value.arity }), direct: {} },
  ] as const;
});

const callers = new WeakMap<FunctionDefinition, BuiltIn>();

/** A caller's function in the form of a built-in one. */
function asBuiltIn(name: string, definition: FunctionDefinition | undefined): BuiltIn {
  if (definition === undefined || typeof definition.call !== "function")
    throw new TypeError(`function "${name}" has no call`);
  let known = callers.get(definition);
  if (known === undefined) {
    const arity = definition.call.length;
    const run = callerFunction(name, definition);
    const value = withSignature(run, definition.signature, arity);
    known = { name, value: Object.assign(value, { arity }), direct: {}, gives: "any", parameters: arity, run };
    callers.set(definition, known);
  }
  return known;
}

const isPure = (name: string, definition: FunctionDefinition | undefined): boolean =>
  definition?.isPure === true || (definition !== undefined && definition === library[name]);

/** With functions or variables of its own an expression can use a value twice, and so make more than it was given. */
const isGrowing = ({ types }: Analysis): boolean => types.has("lambda") || types.has("bind") || types.has("apply");
