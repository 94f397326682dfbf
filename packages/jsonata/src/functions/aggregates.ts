import { chargeItems } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";

/** The sum of an array of numbers; undefined when it holds anything else. */
function total(values: unknown[]): number | undefined {
  let result = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== "number") return undefined;
    result += value;
  }
  chargeItems(values.length);
  return result;
}

function greatest(values: unknown[]): number | undefined {
  let result = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== "number") return undefined;
    result = Math.max(result, value);
  }
  chargeItems(values.length);
  return result;
}

function least(values: unknown[]): number | undefined {
  let result = Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== "number") return undefined;
    result = Math.min(result, value);
  }
  chargeItems(values.length);
  return result;
}

function mean(values: unknown[]): number | undefined {
  const sum = total(values);
  return sum === undefined ? undefined : sum / values.length;
}

interface Aggregate {
  of: (values: unknown[]) => number | undefined;
  /** Of one number. */
  single: (value: number) => number;
  hasEmpty: boolean;
}

function aggregate(name: string, { of, single, hasEmpty }: Aggregate): BuiltIn {
  const run = (values: unknown): unknown => {
    if (values === undefined) return undefined;
    if (!Array.isArray(values)) return viaReference(name, [values]);
    if (values.length === 0 && !hasEmpty) return undefined;
    return of(values) ?? viaReference(name, [values]);
  };
  const slow = checked(name, run);
  const direct = (values: unknown, context: unknown): unknown => {
    if (Array.isArray(values)) {
      if (values.length === 0 && !hasEmpty) return undefined;
      return of(values) ?? slow(context, values);
    }
    if (typeof values === "number") return single(values);
    return values === undefined ? undefined : slow(context, values);
  };
  return builtIn(name, { gives: "number", run, checked: slow, direct: { 1: direct } });
}

const same = (value: number): number => value;
// A sum starts from 0, so it is never -0.
const fromZero = (value: number): number => 0 + value;

const count = (values: unknown): unknown =>
  values === undefined ? 0 : Array.isArray(values) ? values.length : viaReference("count", [values]);

export const aggregates: readonly BuiltIn[] = [
  aggregate("sum", { of: total, single: fromZero, hasEmpty: true }),
  aggregate("max", { of: greatest, single: same, hasEmpty: false }),
  aggregate("min", { of: least, single: same, hasEmpty: false }),
  aggregate("average", { of: mean, single: fromZero, hasEmpty: false }),
  builtIn("count", {
    gives: "number",
    run: count,
    direct: { 1: (values) => (Array.isArray(values) ? values.length : values === undefined ? 0 : 1) },
  }),
];
