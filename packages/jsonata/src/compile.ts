// The API: from a text to an Expression. A text is validated now, compiled when it is first evaluated (unit.ts).
import { toExpressionError, type ExpressionError, type Location, type Origin } from "./errors.ts";
import { resolveLimits, type Limits } from "./limits.ts";
import { belongsApart, evaluateApart, NotApartError, type Portable } from "./apart/lane.ts";
import { replayed } from "./runtime/replay.ts";
import type { FunctionDefinition } from "./reference/functions.ts";
import { unitOf } from "./units.ts";
import type { Unit } from "./unit.ts";

export interface CompileOptions {
  /** Limits of each evaluation. Default: 250 ms, depth 500, 1,000,000 items, 4 MiB. */
  limits?: Partial<Limits>;
  /** Functions the expression may call, by name without `$`. They win over built-in ones. Default none. */
  functions?: Record<string, FunctionDefinition>;
  /**
   * Names (without `$`) of the bindings that `evaluate` will be given; others are not looked at then. Default: any, and one
   * that has the name of a function hides it.
   */
  variables?: readonly string[];
  /**
   * An evaluation that takes longer than some milliseconds is given up and done in a thread of its own, so that nothing waits
   * for it here; it then answers with a promise. Default true.
   */
  mayGoApart?: boolean;
  /** Maps an offset in the text (UTF-16 units) to its place in the file the text came from. Default none. */
  locate?: (offset: number) => Location;
}

export interface Expression {
  readonly text: string;
  /** How it runs: "compiled", or "fallback" on the reference evaluator, and what caused that. */
  readonly how: { readonly kind: "compiled" | "fallback"; readonly because?: string };
  /** Evaluations so far that were done again by the reference, because they failed. */
  readonly reruns: number;
  /** Top-level names it reads from its input; "*" when it may read all of it. */
  readonly reads: readonly string[];
  /** Variables it needs from the caller, without `$`. */
  readonly variables: readonly string[];
  /**
   * Evaluates it on an input (JSON data), which is never changed. The result is plain data that may share structure with
   * input and bindings; undefined when there is none. Answers at once; with a promise where it falls back, calls functions
   * that are asynchronous, goes to a thread of its own, or has failed (the reference then says why).
   *
   * @param bindings values of the caller's variables, by name without `$`; data, no functions
   * @throws ExpressionError (or rejects with it)
   */
  evaluate(input: unknown, bindings?: Record<string, unknown>): unknown;
}

/**
 * Compiles a JSONata text.
 * @throws ExpressionError on a syntax error; RangeError or TypeError for options that make no sense
 */
export function compile(text: string, options: CompileOptions = {}): Expression {
  const origin: Origin = { text, locate: options.locate };
  const limits = resolveLimits(options.limits);
  try {
    return new CompiledExpression(unitOf(text, limits, options.functions), origin, options);
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw toExpressionError(cause, origin);
  }
}

type Bindings = Record<string, unknown> | undefined;

class CompiledExpression implements Expression {
  readonly text: string;
  readonly reads: readonly string[];
  readonly variables: readonly string[];
  readonly evaluate: Expression["evaluate"];
  readonly #unit: Unit;
  readonly #origin: Origin;
  /** What to evaluate in another thread; undefined when that is not to be done. */
  readonly #portable: Portable | undefined;
  #reruns = 0;

  constructor(unit: Unit, origin: Origin, { variables, mayGoApart = true }: CompileOptions) {
    this.text = unit.text;
    this.reads = unit.reads;
    this.variables = unit.variables;
    this.#unit = unit;
    this.#origin = origin;
    this.#portable = mayGoApart && unit.portable !== undefined ? { ...unit.portable, variables } : undefined;
    const run = unit.isAsync ? this.#replay : this.#start(variables === undefined);
    this.evaluate = (input, bindings) => {
      try {
        return run(input, bindings);
      } catch (cause) {
        return this.#failed(cause, input, bindings);
      }
    };
  }

  get how(): Expression["how"] {
    const { because } = this.#unit;
    return because === undefined ? { kind: "compiled" } : { kind: "fallback", because };
  }

  get reruns(): number {
    return this.#reruns;
  }

  /** Evaluates here, unless the expression has shown that it takes long. */
  #start(mayHide: boolean): Expression["evaluate"] {
    const unit = this.#unit;
    const portable = this.#portable;
    const isSlice = portable !== undefined;
    let compiled: Expression["evaluate"] = (input, bindings) => {
      compiled = unit.compiled(isSlice) ?? ((...given) => this.#fallback(...given));
      return compiled(input, bindings);
    };
    return (input, bindings) => {
      if (portable !== undefined && belongsApart(portable)) return this.#apart(portable, input, bindings);
      const hidden = mayHide && bindings !== undefined ? this.#hiddenBy(bindings) : none;
      return hidden.length === 0 ? compiled(input, bindings) : this.#withHidden(hidden, input, bindings);
    };
  }

  #hiddenBy(bindings: Record<string, unknown>): readonly string[] {
    let hidden = none;
    for (const name in bindings) if (this.#unit.uses.has(name)) hidden = [...hidden, name];
    return hidden;
  }

  #withHidden(hidden: readonly string[], input: unknown, bindings: Bindings): unknown {
    const compiled = this.#unit.compiled(this.#portable !== undefined, hidden.toSorted());
    return compiled === undefined ? this.#fallback(input, bindings) : compiled(input, bindings);
  }

  /** With functions that answer later. */
  readonly #replay: Expression["evaluate"] = (input, bindings) => {
    const hidden = bindings === undefined ? none : this.#hiddenBy(bindings).toSorted();
    const compiled = this.#unit.compiled(false, hidden);
    if (compiled === undefined) return this.#fallback(input, bindings);
    const result = replayed(() => compiled(input, bindings));
    return result instanceof Promise ? result.catch((cause: unknown) => this.#failed(cause, input, bindings)) : result;
  };

  #fallback(input: unknown, bindings: Bindings): Promise<unknown> {
    const isSlice = this.#portable !== undefined;
    return this.#unit
      .reference(isSlice)(input, bindings)
      .catch((cause: unknown) => {
        const error = this.#located(cause);
        if (this.#portable !== undefined && error.limit === "timeMs")
          return this.#apart(this.#portable, input, bindings);
        throw error;
      });
  }

  /** Evaluates in another thread; here, if what it works on cannot go there. */
  #apart(portable: Portable, input: unknown, bindings: Bindings): Promise<unknown> {
    return evaluateApart(portable, input, bindings).catch((cause: unknown) => {
      if (!(cause instanceof NotApartError)) throw this.#located(cause);
      const { text } = this;
      const { limits } = portable;
      const here = compile(text, { limits, mayGoApart: false, ...this.#whole() });
      return here.evaluate(input, bindings);
    });
  }

  #whole(): Pick<CompileOptions, "functions" | "variables" | "locate"> {
    const { locate } = this.#origin;
    const { variables } = this.#portable ?? {};
    return {
      functions: this.#unit.functions,
      ...(variables === undefined ? {} : { variables }),
      ...(locate === undefined ? {} : { locate }),
    };
  }

  /** The reference does a failed evaluation again and says what is wrong; unless that is known, or must not be repeated. */
  #failed(cause: unknown, input: unknown, bindings: Bindings): unknown {
    const unit = this.#unit;
    const portable = this.#portable;
    const own = this.#located(unit.placed(cause));
    if (portable !== undefined && own.limit === "timeMs") return this.#apart(portable, input, bindings);
    if (own.limit !== undefined || own.isOurs || !unit.isRepeatable) throw own;
    this.#reruns++;
    return unit
      .reference(portable !== undefined)(input, bindings)
      .catch((error: unknown) => {
        const theirs = this.#located(error);
        if (portable !== undefined && theirs.limit === "timeMs") return this.#apart(portable, input, bindings);
        // It is slower: where it only ran out of time, what we know is the better answer.
        throw theirs.limit === undefined ? theirs : own;
      });
  }

  #located(cause: unknown): ExpressionError {
    return toExpressionError(cause, this.#origin);
  }
}

const none: readonly string[] = [];
