// The context of the call that a lambda ends with, as `function(){ $string() }`: that call is made by whoever called the
// lambda, in their context. A lambda that is an argument is called without one, as the reference does it; but an argument
// of a call that is itself the last of a lambda reaches the higher-order function as it is, and has the context it was made in.
import { arityOf, follow, Tail } from "./call.ts";
import type { Fn } from "./values.ts";

const homes = new WeakMap<object, { readonly context: unknown }>();

/** A lambda that may end with such a call, made in this context. */
export function homed(fn: Fn, context: unknown): Fn {
  homes.set(fn, { context });
  return fn;
}

/** An argument of a call. */
export function away(value: unknown): unknown {
  return typeof value === "function" && homes.has(value) ? ending(value as Fn, null) : value;
}

/** An argument of a built-in function that a lambda calls last. */
export function atHome(value: unknown): unknown {
  const home = typeof value === "function" ? homes.get(value) : undefined;
  return home === undefined ? value : ending(value as Fn, home.context);
}

/** A function that makes its last call itself, in this context. */
function ending(fn: Fn, context: unknown): Fn {
  const ended = function (this: unknown, ...args: unknown[]): unknown {
    const result = fn.apply(this, args);
    return result instanceof Tail ? follow(result, context) : result;
  };
  return Object.assign(ended, { arity: arityOf(fn) });
}
