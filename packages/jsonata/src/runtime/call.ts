// Calling functions of an expression. A lambda whose last act is a call returns that call as a Tail, and whoever called
// the lambda makes it: so a recursion that ends in its own call needs no stack.
import { budget } from "./budget.ts";
import { raise } from "./raise.ts";
import type { Fn } from "./values.ts";

/** A call that still has to be made. */
export class Tail {
  readonly fn: unknown;
  readonly args: unknown[];

  constructor(fn: unknown, args: unknown[]) {
    this.fn = fn;
    this.args = args;
  }
}

/**
 * What predicates are about to look at. The call a lambda ends with is made behind them: they see a function in its place,
 * which only the reference has, so that it does the evaluation again.
 */
export function made(value: unknown): unknown {
  return value instanceof Tail ? raise("D3001") : value;
}

/** How many arguments a function wants: what higher-order functions pass it. */
export const arityOf = (fn: Fn): number => (fn as { arity?: number }).arity ?? fn.length;

/** Calls a function with these arguments. The result may be a marked sequence of any length: see `collapse`. */
export function invoke(fn: unknown, ...args: unknown[]): unknown {
  if (typeof fn !== "function") raise("T1006");
  if (--budget.turns < 0) budget.look();
  const result = (fn as Fn).apply(null, args);
  return result instanceof Tail ? follow(result) : result;
}

/** Makes the call a tail stands for, and those that it returns; in the context of the call that led to it. */
export function follow(tail: Tail, context: unknown = null): unknown {
  let next = tail;
  for (;;) {
    if (typeof next.fn !== "function") raise("T1006");
    if (--budget.turns < 0) budget.look();
    const result = (next.fn as Fn).apply(context, next.args);
    if (!(result instanceof Tail)) return result;
    next = result;
  }
}
