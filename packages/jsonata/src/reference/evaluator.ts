// Evaluation by the reference, under our limits: what an expression that is not compiled runs on, and what says in its own
// words why an evaluation failed. How each limit works is elsewhere (meter.ts, bounded.ts, plain.ts).
import { toExpressionError, type Origin } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { analyse, isolationOf, type Analysis } from "../syntax/analyse.ts";
import { parseBounded } from "../syntax/parse.ts";
import { internalNames } from "./bounded.ts";
import { bindCallerFunctions, type FunctionDefinition } from "./functions.ts";
import { isolate, type Isolation } from "./isolate.ts";
import { enterLane, leaveLane, orAbandoned } from "./lane.ts";
import { Meter, type Metering } from "./meter.ts";
import { toPlain } from "./plain.ts";
import { bindEval, bindFunctions, boundOperators, forgetPlaces, refuseCalled } from "./prepare.ts";
import { builtins, type Definition, entry, type EntryHook, type Reference } from "./reference.ts";

export interface ReferenceOptions {
  readonly limits: Readonly<Limits>;
  readonly functions: Record<string, FunctionDefinition>;
}

type Evaluate = (input: unknown, bindings?: Record<string, unknown>) => Promise<unknown>;

/**
 * An evaluation by the reference. Evaluations of the whole process are done one after another, in the order of the calls.
 * @throws ExpressionError when the text cannot be parsed; the promise rejects with one when the evaluation fails
 */
export function referenceEvaluate(origin: Origin, { limits, functions }: ReferenceOptions): Evaluate {
  const reference = parseBounded(origin.text);
  const analysis = analyse(reference.ast());
  const bound = bindAll(reference, analysis, functions);
  bindCallerFunctions(reference, functions);
  return evaluator(reference, analysis, { limits, origin, bound });
}

function bindAll(
  reference: Reference,
  analysis: Analysis,
  functions: Record<string, FunctionDefinition>,
): Definition[] {
  const used = new Set(analysis.uses.map((use) => use.name));
  if (analysis.types.has("transform")) used.add("clone");
  const repeats = analysis.types.has("lambda") || analysis.types.has("bind");
  const evals = used.has("eval") && functions["eval"] === undefined;
  if (repeats || evals) boundOperators(reference.ast());
  if (analysis.makesCalledKeys) refuseCalled(reference.ast());
  if (repeats || analysis.makesCalledKeys) for (const name of internalNames) used.add(name);
  const bound = bindFunctions(reference, evals ? [...builtins.keys(), ...internalNames] : used);
  if (evals) bindEval(reference);
  return bound;
}

function evaluator(
  reference: Reference,
  analysis: Analysis,
  { limits, origin, bound }: { limits: Readonly<Limits>; origin: Origin; bound: readonly Definition[] },
): Evaluate {
  const evals = analysis.uses.some((use) => use.name === "eval");
  const metering: Metering = { limits, openNodes: openNodes(limits.depth, analysis, evals) };
  const mayWait = evals || analysis.makesCalledKeys;
  let meter = new Meter(metering);
  const hook: EntryHook = (_node, _input, frame) => {
    // Once per evaluation: from here on the reference finds no hook, and pays nothing for it.
    frame.bind(entry, undefined);
    forgetPlaces(bound);
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
  const start: Evaluate = (input, bindings) => {
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
