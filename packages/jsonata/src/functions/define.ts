// How a built-in function is put together: its fast ways, the checked way behind them, and the facts about it that the
// reference's own definition states.
import { builtins, original, type Focus } from "../reference/reference.ts";
import { budget } from "../runtime/budget.ts";
import { Raised } from "../runtime/raise.ts";
import { asSequence, type Fn } from "../runtime/values.ts";
import { parseSignature, type Check } from "./signature.ts";

export type Gives = "number" | "string" | "boolean" | "array" | "any";
export type Direct = Readonly<Partial<Record<number, Fn>>>;
/** `bare` and `parameters` are `run` and `parameters` of its definition, for partial application. */
export type Value = Fn & { arity: number; bare?: Fn; parameters?: number | undefined };

export interface BuiltIn {
  /** Without `$`. */
  readonly name: string;
  /** The function as a value: checks its arguments against the signature. `this` is the context, null when called back. */
  readonly value: Value;
  /**
   * Ways to call it by the number of written arguments, with the context behind them. They give what `value` gives;
   * what they do not expect they hand to the checked way.
   */
  readonly direct: Direct;
  /** What a result can be besides undefined. A number may be NaN or infinite; "array" is one without marks. */
  readonly gives: Gives;
  /** Parameters that partial application sees; undefined where it fails. */
  readonly parameters: number | undefined;
  /** The function behind the check, as partial application calls it: with as many arguments as it has parameters. */
  readonly run: Fn;
}

/** Checks the arguments, then runs. */
export type Checked = (context: unknown, ...args: unknown[]) => unknown;

interface Parts {
  gives: Gives;
  run: Fn;
  /** The checked way, where `direct` needs it. Default: made from `run`. */
  checked?: Checked;
  direct?: Direct;
}

export function checked(name: string, run: Fn): Checked {
  let check: Check | undefined;
  return (context, ...args) => run(...(check ??= parseSignature(signatureText(name)))(args, context));
}

const signatureText = (name: string): string => builtins.get(name)?.signature?.definition ?? "<>";

export function builtIn(name: string, { gives, run, checked: given, direct = {} }: Parts): BuiltIn {
  const implementation = original(name);
  const parameters = parametersOf(implementation);
  const call = valueOf(direct, given ?? checked(name, run));
  const value = Object.assign(call, { arity: implementation.length, bare: run, parameters });
  return { name, value, direct, gives, parameters, run };
}

function valueOf(direct: Direct, slow: Checked): Fn {
  const [none, one, two, three] = [direct[0], direct[1], direct[2], direct[3]];
  return function (this: unknown, a: unknown, b: unknown, c: unknown): unknown {
    switch (arguments.length) {
      case 0:
        return none === undefined ? slow(this) : none(this);
      case 1:
        return one === undefined ? slow(this, a) : one(a, this);
      case 2:
        return two === undefined ? slow(this, a, b) : two(a, b, this);
      case 3:
        return three === undefined ? slow(this, a, b, c) : three(a, b, c, this);
      default:
        return slow(this, ...(arguments as Iterable<unknown>));
    }
  };
}

/** The reference reads them from the source of the function, and cannot read one with a default. */
function parametersOf(implementation: Fn): number | undefined {
  const list = /\(([^)]*)\)/.exec(String(implementation))?.[1] ?? "";
  return list.includes("=") ? undefined : list.split(",").length;
}

/** What the reference's functions read of an evaluation. */
const focus = {
  createSequence: (...items: unknown[]): unknown[] => asSequence(items),
  environment: {
    get timestamp(): Date {
      return new Date(budget.timestamp());
    },
  },
  options: {
    get sequence(): number {
      return budget.limits.sequence;
    },
  },
  input: undefined,
};

/** Calls the reference's own implementation of a function that is synchronous there. Its errors become ours. */
export function viaReference(name: string, args: unknown[]): unknown {
  try {
    return original(name).apply(focus as unknown as Focus, args);
  } catch (cause) {
    throw cause instanceof Error ? cause : asRaised(cause as { code?: string });
  }
}

function asRaised(cause: { code?: string }): Raised {
  const { stack: _, ...facts } = cause as Record<string, unknown>;
  return new Raised(cause.code ?? "", facts);
}
