// Functions that the caller of `compile` adds to the language.
import { Fault } from "../errors.ts";
import type { FunctionDefinition } from "../reference/functions.ts";
import { budget } from "./budget.ts";
import { remembered } from "./replay.ts";
import type { Fn } from "./values.ts";

/** A caller's function as an expression calls it: it gets plain values and gives one, or fails by name. */
export function callerFunction(name: string, definition: FunctionDefinition): Fn {
  const called: Fn = (...given) => {
    // It may evaluate another expression.
    const kept = budget.save();
    let result: unknown;
    try {
      result = definition.call(...given);
    } catch (cause) {
      throw failure(name, cause);
    } finally {
      budget.restore(kept);
    }
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== "function") {
      // How long it took is not known; that what it works on is large is.
      for (const value of [...given, result]) budget.spend(sizeOf(value) >> 2);
      return result;
    }
    if (definition.isAsync === true)
      return (result as Promise<unknown>).then(undefined, (cause) => refuse(name, cause));
    throw new Fault("FUNCTION_ASYNC", `function $${name} gave a promise; declare it with isAsync`);
  };
  return definition.isPure === true && definition.isAsync !== true ? called : remembered(called);
}

const sizeOf = (value: unknown): number => (typeof value === "string" || Array.isArray(value) ? value.length : 0);

const refuse = (name: string, cause: unknown): never => {
  throw failure(name, cause);
};

function failure(name: string, cause: unknown): Fault {
  const because = cause instanceof Error ? cause.message : String(cause);
  return new Fault("FUNCTION_FAILED", `function $${name} failed: ${because}`, cause);
}
