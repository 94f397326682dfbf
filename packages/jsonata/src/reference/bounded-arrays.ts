// Built-in functions of the reference that work on many items, each with its bound in front. Results are the reference's
// own. Names and numbers of parameters matter: partial application reads them from the source of the function.
import { Fault, limitError } from "../errors.ts";
import { measure } from "./plain.ts";
import { meterOf, type Meter } from "./meter.ts";
import { original, type Focus, type Implementation } from "./reference.ts";
import { underWatchdog } from "../runtime/watchdog.ts";

/** Array lengths from which a built-in that loops in one go is watched: many of them are quadratic. */
const watchedItems = 2000;
const watchedSteps = 1e7;

type Callback = ((...args: unknown[]) => unknown) & { arity?: number; implementation?: Implementation };

/** The same callback, stopping when time is over: a built-in used as a callback meets no check of its own. */
function checked(meter: Meter, callback: Callback | undefined): Callback | undefined {
  if (typeof callback !== "function") return callback;
  const wrapper: Callback = function (this: unknown, ...args) {
    meter.check();
    return callback.apply(this, args);
  };
  wrapper.arity = callback.arity ?? callback.length;
  return wrapper;
}

export const overItems = (name: string): Implementation => {
  const run = original(name);
  return function (this: Focus, items: unknown, callback: Callback) {
    return run.call(this, items, checked(meterOf(this.environment), callback));
  };
};

/** Watched when its first argument is long. */
export const watched = (name: string): Implementation => {
  const run = original(name);
  return function (this: Focus, items: unknown) {
    if (!Array.isArray(items) || items.length < watchedItems) return run.call(this, items);
    return underWatchdog(() => run.call(this, items), meterOf(this.environment).remainingMs());
  };
};

export const reduce: Implementation = function (this: Focus, sequence: unknown, func: Callback, init: unknown) {
  return original("reduce").call(this, sequence, checked(meterOf(this.environment), func), init);
};

export const measured: Implementation = function (this: Focus, value: unknown) {
  if (typeof value === "object" && value !== null) measure(value, meterOf(this.environment).limits.outputBytes);
  return value;
};

export const sort: Implementation = function (
  this: Focus,
  arr: unknown[] | undefined,
  comparator: Callback | undefined,
) {
  const meter = meterOf(this.environment);
  if (comparator !== undefined || !Array.isArray(arr))
    return original("sort").call(this, arr, checked(meter, comparator));
  const isOneKind = arr.every(Number.isFinite) || arr.every((item) => typeof item === "string");
  if (!isOneKind) return original("sort").call(this, arr);
  // The reference's merge sort is quadratic and never looks at the clock. Same order, the native way.
  if (arr.length <= 1) return arr;
  const work = (): unknown[] => arr.slice().sort(ascending as (a: unknown, b: unknown) => number);
  return arr.length < watchedItems ? work() : underWatchdog(work, meter.remainingMs());
};

const ascending = (a: number, b: number): number => (a > b ? 1 : a < b ? -1 : 0);

export const distinct: Implementation = function (this: Focus, arr: unknown) {
  const run = original("distinct");
  if (!Array.isArray(arr)) return run.call(this, arr);
  const meter = meterOf(this.environment);
  // It compares each with each.
  const steps = arr.length * measure(arr, meter.limits.outputBytes);
  return steps < watchedSteps ? run.call(this, arr) : underWatchdog(() => run.call(this, arr), meter.remainingMs());
};

export const zip: Implementation = function (this: Focus) {
  // Without parameters, as the reference's: it takes any number.
  const columns = Array.from(arguments) as unknown[];
  const shortest = Math.min(...columns.map((column) => (Array.isArray(column) ? column.length : 0)));
  if (shortest * columns.length > meterOf(this.environment).limits.sequence) throw limitError("LIMIT_SEQUENCE");
  return original("zip").apply(this, columns);
};

/** A value that may stand under any key: the reference hands functions over as functions of JavaScript. */
export const dataOnly: Implementation = function (this: Focus, value: unknown) {
  if (typeof value !== "function") return value;
  throw new Fault(
    "RESULT_FUNCTION",
    'a function cannot be the value of the key "then" or "toJSON", or of a key that is computed',
  );
};
