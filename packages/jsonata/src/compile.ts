// From a text to an Expression that runs on the reference evaluator under limits. How each limit works is elsewhere
// (meter.ts, bounded.ts, regex.ts, plain.ts); this puts them together.
import { analyse, isolationOf, type Analysis } from "./analyse.ts";
import { internalNames } from "./bounded.ts";
import { toExpressionError, type Location, type Origin } from "./errors.ts";
import { bindCallerFunctions, type FunctionDefinition } from "./functions.ts";
import { isolate, type Isolation } from "./isolate.ts";
import { enterLane, leaveLane, orAbandoned } from "./lane.ts";
import { resolveLimits, type Limits } from "./limits.ts";
import { Meter, type Metering } from "./meter.ts";
import { parseBounded } from "./parse.ts";
import { toPlain } from "./plain.ts";
import { bindEval, bindFunctions, boundOperators, refuseCalled } from "./prepare.ts";
import { builtins, entry, type EntryHook, type Reference } from "./reference.ts";

export interface CompileOptions {
  /** Limits of each evaluation. Default: 250 ms, depth 500, 1,000,000 items, 4 MiB. */
  limits?: Partial<Limits>;
  /** Functions the expression may call, by name without `$`. They win over built-in ones. Default none. */
  functions?: Record<string, FunctionDefinition>;
  /** Names (without `$`) of the bindings that `evaluate` will be given. Only `problems` uses it. Default: unknown. */
  variables?: readonly string[];
  /** Maps an offset in the text (UTF-16 units) to its place in the file the text came from. Default none. */
  locate?: (offset: number) => Location;
}

export interface Expression {
  readonly text: string;
  /** How it runs: "compiled", or "fallback" on the reference evaluator, and what caused that. */
  readonly how: { kind: "compiled" | "fallback"; because?: string };
  /** Top-level names it reads from its input; "*" when it may read all of it. */
  readonly reads: readonly string[];
  /** Variables it needs from the caller, without `$`. */
  readonly variables: readonly string[];
  /**
   * Evaluates it on an input (JSON data), which is never changed. The result is plain data that may share structure with
   * input and bindings; undefined when there is none. May answer at once or with a promise; evaluations that overlap are
   * done one after another, in the order of the calls.
   *
   * @param bindings values of the caller's variables, by name without `$`; data, no functions
   * @throws ExpressionError (or rejects with it)
   */
  evaluate(input: unknown, bindings?: Record<string, unknown>): unknown;
}

type Functions = Record<string, FunctionDefinition>;

/**
 * Compiles a JSONata text.
 * @throws ExpressionError on a syntax error; RangeError or TypeError for options that make no sense
 */
export function compile(text: string, options: CompileOptions = {}): Expression {
  const limits = resolveLimits(options.limits);
  const origin = { text, locate: options.locate };
  const functions = options.functions ?? {};
  const { reference, analysis } = prepare(origin, functions);
  bindCallerFunctions(reference, functions);
  return {
    text,
    how: { kind: "fallback", because: "reference evaluator" },
    reads: analysis.reads,
    variables: callerVariables(analysis, functions),
    evaluate: evaluator(reference, analysis, { limits, origin }),
  };
}

function prepare(origin: Origin, functions: Functions): { reference: Reference; analysis: Analysis } {
  try {
    const reference = parseBounded(origin.text);
    const analysis = analyse(reference.ast());
    bindAll(reference, analysis, functions);
    return { reference, analysis };
  } catch (cause) {
    throw toExpressionError(cause, origin);
  }
}

function bindAll(reference: Reference, analysis: Analysis, functions: Functions): void {
  const used = new Set(analysis.uses.map((use) => use.name));
  if (analysis.types.has("transform")) used.add("clone");
  const repeats = analysis.types.has("lambda") || analysis.types.has("bind");
  const evals = used.has("eval") && functions["eval"] === undefined;
  if (repeats || evals) boundOperators(reference.ast());
  if (analysis.makesCalledKeys) refuseCalled(reference.ast());
  if (repeats || analysis.makesCalledKeys) for (const name of internalNames) used.add(name);
  bindFunctions(reference, evals ? [...builtins.keys(), ...internalNames] : used);
  if (evals) bindEval(reference);
}

function callerVariables(analysis: Analysis, functions: Functions): readonly string[] {
  const names = analysis.uses.map((use) => use.name);
  return [...new Set(names)].filter((name) => !builtins.has(name) && !Object.hasOwn(functions, name));
}

function evaluator(
  reference: Reference,
  analysis: Analysis,
  { limits, origin }: { limits: Readonly<Limits>; origin: Origin },
): Expression["evaluate"] {
  const evals = analysis.uses.some((use) => use.name === "eval");
  const metering: Metering = { limits, openNodes: openNodes(limits.depth, analysis, evals) };
  const mayWait = evals || analysis.makesCalledKeys;
  let meter = new Meter(metering);
  const hook: EntryHook = (_node, _input, frame) => {
    // Once per evaluation: from here on the reference finds no hook, and pays nothing for it.
    frame.bind(entry, undefined);
    meter.start(frame);
  };
  reference.assign(entry, hook);

  const finish = (result: unknown): unknown => {
    leaveLane();
    try {
      return toPlain(result, limits.outputBytes);
    } catch (cause) {
      throw toExpressionError(cause, origin);
    }
  };
  const fail = (cause: unknown): never => {
    meter.stop();
    meter = new Meter(metering);
    leaveLane();
    throw toExpressionError(cause, origin);
  };
  const start = (input: unknown, bindings?: Record<string, unknown>): Promise<unknown> => {
    const isolation = isolationOf(analysis, input);
    const result =
      isolation === "none"
        ? reference.evaluate(input, bindings)
        : evaluateIsolated(reference, isolation, { input, bindings });
    return (mayWait ? orAbandoned(result) : result).then(finish, fail);
  };
  return (input, bindings) => enterLane()?.then(() => start(input, bindings)) ?? start(input, bindings);
}

/** Async, so that data nested too deeply to copy fails like any other. */
async function evaluateIsolated(
  reference: Reference,
  isolation: Isolation,
  given: { input: unknown; bindings: Record<string, unknown> | undefined },
): Promise<unknown> {
  const bindings = isolate(given.bindings, isolation) as Record<string, unknown> | undefined;
  return reference.evaluate(isolate(given.input, isolation), bindings);
}

/**
 * The depth limit counts open evaluations. Without a lambda they cannot nest deeper than the text does; elements of one
 * constructor are open side by side and do not count, nor do the groups of a grouping, whose number the data decides.
 */
function openNodes(depth: number, analysis: Analysis, evals: boolean): number {
  if (!evals && !analysis.types.has("lambda")) return Infinity;
  return depth + analysis.sideBySide * (analysis.hasGroups ? 1000 : 1);
}
