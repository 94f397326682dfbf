// Functions that answer later, in evaluations that are synchronous. An evaluation that meets one stops there; when the answer
// has come it is done again from the start, with the answers it has already. Evaluations are pure but for such calls, so
// each run goes the same way, one answer further.
import { budget } from "./budget.ts";
import type { Fn } from "./values.ts";

/** What one evaluation has been told so far, in the order of the calls. */
interface Answers {
  readonly given: { readonly value?: unknown; readonly error?: unknown }[];
  next: number;
}

/** Thrown out of a run that needs an answer which is not there yet. */
class Waiting {
  readonly promise: PromiseLike<unknown>;

  constructor(promise: PromiseLike<unknown>) {
    this.promise = promise;
  }
}

let current: Answers | undefined;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === "function";

/** A function whose result is asked for once in an evaluation, however often the evaluation is run. */
export function remembered(fn: Fn): Fn {
  const ask: Fn = function (this: unknown, ...args) {
    if (current === undefined) return fn.apply(this, args);
    const known = current.given[current.next];
    if (known !== undefined) {
      current.next++;
      if ("error" in known) throw known.error;
      return known.value;
    }
    const value = fn.apply(this, args);
    // Not an error, and nothing in an expression can catch it.
    // oxlint-disable-next-line typescript/only-throw-error
    if (isPromise(value)) throw new Waiting(value);
    current.given.push({ value });
    current.next++;
    return value;
  };
  return Object.defineProperty(ask, "length", { value: fn.length });
}

/** Runs an evaluation until all its functions have answered. A result that needs no waiting comes at once. */
export function replayed(run: () => unknown): unknown {
  const answers: Answers = { given: [], next: 0 };
  const startedAt = Date.now();
  const go = (): unknown => {
    const outer = current;
    const kept = budget.startedAt;
    answers.next = 0;
    current = answers;
    budget.startedAt = startedAt;
    try {
      return run();
    } catch (cause) {
      if (cause instanceof Waiting) return waited(cause.promise, answers).then(go);
      throw cause;
    } finally {
      current = outer;
      budget.startedAt = kept;
    }
  };
  return go();
}

async function waited(promise: PromiseLike<unknown>, { given }: Answers): Promise<void> {
  try {
    given.push({ value: await promise });
  } catch (error) {
    given.push({ error });
  }
}
