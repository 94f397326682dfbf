// The built-in functions of the language for compiled code: synchronous, bounded, each with fast ways to call it. All of the
// reference's but $eval, whose text only the reference evaluates.
import type { Fn } from "../runtime/values.ts";
import { aggregates } from "./aggregates.ts";
import { arrays } from "./arrays.ts";
import { codes } from "./codes.ts";
import type { BuiltIn } from "./define.ts";
import { formats } from "./formats.ts";
import { higherOrder } from "./higher-order.ts";
import { logic } from "./logic.ts";
import { numbers } from "./numbers.ts";
import { objects } from "./objects.ts";
import { patterns } from "./patterns.ts";
import { parseSignature } from "./signature.ts";
import { strings } from "./strings.ts";
import { texts } from "./texts.ts";
import { times } from "./times.ts";

export type { BuiltIn, Direct, Gives, Value } from "./define.ts";

const all = [aggregates, arrays, codes, formats, higherOrder, logic, numbers, objects, patterns, strings, texts, times];

/** By name, without `$`. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map(all.flat().map((builtIn) => [builtIn.name, builtIn]));

/**
 * A caller's own function as a value of an expression. `this` does not reach it.
 *
 * @param arity how many arguments a higher-order function passes it
 * @throws S0401, S0402 or SyntaxError for a signature that makes no sense
 */
export function withSignature(call: Fn, signature: string | undefined, arity: number): Fn {
  const check = signature === undefined ? undefined : parseSignature(signature);
  const fn: Fn = function (this: unknown, ...args) {
    return check === undefined ? call(...args) : call(...check(args, this));
  };
  return Object.assign(fn, { arity });
}

/** A lambda behind the signature that is written on it, as the parser read it. */
export function withValidator(fn: Fn, signature: Validator): Fn {
  // Its own check takes data for functions that bear their marks, so ours is made from the text.
  const check = signature.definition === undefined ? signature.validate : parseSignature(signature.definition);
  const { arity = fn.length } = fn as { arity?: number };
  const checkedFn: Fn = function (this: unknown, ...args) {
    return fn(...check(args, this));
  };
  return Object.assign(checkedFn, { arity });
}

interface Validator {
  validate: (args: unknown[], context: unknown) => unknown[];
  definition?: string;
}
