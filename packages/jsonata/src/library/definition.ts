import type { FunctionDefinition } from "../reference/functions.ts";

export interface Example {
  expression: string;
  input?: unknown;
  result: unknown;
}

/** A function of ours. It is pure, and nothing given for an argument it needs makes its result nothing. */
export interface LibraryFunction extends FunctionDefinition {
  /** What it belongs to: a heading of the reference. */
  topic: string;
  /** How a call is written, with the names of its arguments: "$crc(bytes, model)". */
  usage: string;
  summary: string;
  signature: string;
  examples: readonly Example[];
}

interface Written extends Omit<LibraryFunction, "call" | "topic"> {
  /** How many arguments it needs: the first so many. */
  needs: number;
  // Each function names the types of its own arguments: those that its signature lets through.
  call: (...args: never[]) => unknown;
}

/** A part of the library: functions by name, without `$`. */
export type Part = Readonly<Record<string, LibraryFunction>>;

export function definePart(topic: string, functions: Readonly<Record<string, Written>>): Part {
  return Object.fromEntries(Object.entries(functions).map(([name, written]) => [name, complete(topic, written)]));
}

function complete(topic: string, { needs, call, ...facts }: Written): LibraryFunction {
  const guarded = (...args: unknown[]): unknown => {
    for (let index = 0; index < needs; index++) if (args[index] === undefined) return undefined;
    return call(...(args as never[]));
  };
  // A function passed to $map is given as many arguments as it declares: never the index for an option.
  return { topic, ...facts, call: Object.defineProperty(guarded, "length", { value: needs }) };
}
