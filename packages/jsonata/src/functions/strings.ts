import { builtIn, checked, type BuiltIn } from "./define.ts";
import { clone } from "./copy.ts";
import { stringOf } from "./stringify.ts";

const string = (value: unknown, isPretty: unknown): unknown =>
  value === undefined ? undefined : stringOf(value, Boolean(isPretty));

const slowString = checked("string", string);
const slowClone = checked("clone", clone);

export const strings: readonly BuiltIn[] = [
  builtIn("string", {
    gives: "string",
    run: string,
    checked: slowString,
    direct: {
      0: (context) => string(context, false),
      1: (value) => (value === undefined ? undefined : stringOf(value, false)),
      2: (value, isPretty, context) =>
        typeof isPretty === "boolean" || isPretty === undefined
          ? string(value, isPretty)
          : slowString(context, value, isPretty),
    },
  }),
  builtIn("clone", {
    gives: "any",
    run: clone,
    checked: slowClone,
    direct: {
      1: (value, context) =>
        (typeof value === "object" && value !== null) || value === undefined ? clone(value) : slowClone(context, value),
    },
  }),
];
