import { Fault } from "./errors.ts";
import type { Implementation, Reference } from "./reference.ts";

/** A function the caller adds to the language. */
export interface FunctionDefinition {
  /** Gets plain values and gives a plain value, at once: a promise is an error. It must not change its arguments. */
  call: (...args: unknown[]) => unknown;
  /** JSONata's signature, for example "<s-n?:s>": arguments are checked against it. Default: unchecked. */
  signature?: string;
}

/** Makes the caller's functions known to an expression. Throws TypeError for a definition that cannot work. */
export function bindCallerFunctions(reference: Reference, functions: Record<string, FunctionDefinition>): void {
  for (const [name, { call, signature }] of Object.entries(functions)) {
    if (typeof call !== "function") throw new TypeError(`function "${name}" has no call`);
    reference.registerFunction(name, caller(name, call), signature);
  }
}

function caller(name: string, call: FunctionDefinition["call"]): Implementation {
  const implementation: Implementation = function (...args) {
    let result: unknown;
    try {
      result = call(...args);
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause);
      throw new Fault("FUNCTION_FAILED", `function $${name} failed: ${because}`, cause);
    }
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== "function") return result;
    throw new Fault("FUNCTION_ASYNC", `function $${name} gave a promise; functions must answer at once`);
  };
  // The reference passes a callback as many arguments as it declares.
  return Object.defineProperty(implementation, "length", { value: call.length });
}
