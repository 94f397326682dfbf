import { Fault } from "../errors.ts";
import type { Implementation, Reference } from "./reference.ts";

/** A function the caller adds to the language. */
export interface FunctionDefinition {
  /** Gets plain values and gives a plain value; a promise for one where `isAsync` says so. It must not change its arguments. */
  call: (...args: unknown[]) => unknown;
  /** JSONata's signature, for example "<s-n?:s>": arguments are checked against it. Default: unchecked. */
  signature?: string;
  /** It may give a promise; `evaluate` then gives one, too. Calls of one evaluation are made one after another. Default false. */
  isAsync?: boolean;
  /** It has no effects and the same answer for the same arguments: an evaluation that failed may be done again. Default false. */
  isPure?: boolean;
}

/** Makes the caller's functions known to an expression. Throws TypeError for a definition that cannot work. */
export function bindCallerFunctions(reference: Reference, functions: Record<string, FunctionDefinition>): void {
  for (const [name, definition] of Object.entries(functions)) {
    if (typeof definition.call !== "function") throw new TypeError(`function "${name}" has no call`);
    reference.registerFunction(name, caller(name, definition), definition.signature);
  }
}

function caller(name: string, { call, isAsync }: FunctionDefinition): Implementation {
  const failed = (cause: unknown): never => {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("FUNCTION_FAILED", `function $${name} failed: ${because}`, cause);
  };
  const implementation: Implementation = function (...args) {
    let result: unknown;
    try {
      result = call(...args);
    } catch (cause) {
      return failed(cause);
    }
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== "function") return result;
    if (isAsync === true) return (result as Promise<unknown>).then(undefined, failed);
    throw new Fault("FUNCTION_ASYNC", `function $${name} gave a promise; declare it with isAsync`);
  };
  // The reference passes a callback as many arguments as it declares.
  return Object.defineProperty(implementation, "length", { value: call.length });
}
