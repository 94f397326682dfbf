// Calling back what an expression passed to a higher-order function. There is no context then: `this` is null.
import { budget } from "../runtime/budget.ts";
import { arityOf, follow, Tail } from "../runtime/call.ts";
import type { Fn } from "../runtime/values.ts";

export function call1(fn: Fn, a: unknown): unknown {
  if (--budget.turns < 0) budget.look();
  const result = fn.call(null, a);
  return result instanceof Tail ? follow(result) : result;
}

export function call2(fn: Fn, a: unknown, b: unknown): unknown {
  if (--budget.turns < 0) budget.look();
  const result = fn.call(null, a, b);
  return result instanceof Tail ? follow(result) : result;
}

/** Passes as many of the arguments as the function takes, the first always. */
export function callBack(fn: Fn, a: unknown, b: unknown, c: unknown): unknown {
  if (--budget.turns < 0) budget.look();
  const arity = arityOf(fn);
  const result = arity < 2 ? fn.call(null, a) : arity === 2 ? fn.call(null, a, b) : fn.call(null, a, b, c);
  return result instanceof Tail ? follow(result) : result;
}
