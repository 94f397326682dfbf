import { budget } from "../../runtime/budget.ts";
import { collapse } from "../../runtime/values.ts";
import { defaultLimits } from "../../limits.ts";

/** A value as text that tells apart what JSON does not: NaN, nothing in an array, a function. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "function":
      return "function";
    case "number":
      return Object.is(value, -0) ? "0" : String(value);
    case "object": {
      if (value === null) return "null";
      const object = value as Record<string, unknown>;
      // The reference's functions.
      if (object["_jsonata_lambda"] === true || object["_jsonata_function"] === true) return "function";
      if (Array.isArray(value)) return `[${value.map((item: unknown) => show(item)).join()}]`;
      const fields = Object.keys(object).map((key) => `${JSON.stringify(key)}:${show(object[key])}`);
      return `{${fields.join()}}`;
    }
    default:
      return value === undefined ? "undefined" : JSON.stringify(value);
  }
}

interface Thrown {
  code?: string;
  value?: unknown;
  index?: unknown;
}

/** An error by what the reference says of it; one that is JavaScript's own, or a limit of ours, only by being one. */
export function showError(thrown: unknown): string {
  const { code, value, index } = thrown as Thrown;
  return code === undefined || code.startsWith("LIMIT_") ? "error" : `${code} ${show(value)} ${show(index)}`;
}

export function outcomeOf(run: () => unknown): string {
  budget.begin(defaultLimits);
  try {
    return show(collapse(run()));
  } catch (thrown) {
    return showError(thrown);
  }
}
