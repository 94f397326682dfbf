import { dataOnly, distinct, measured, overItems, reduce, sort, watched, zip } from "./bounded-arrays.ts";
import { clone, concat, countedText, fromMillis, join, millis, now, pad, replace, split } from "./bounded-texts.ts";
import { string, toMillis } from "./bounded-texts.ts";
import { builtins, type Definition, type Implementation } from "./reference.ts";

const each = (names: string[], bound: (name: string) => Implementation): Record<string, Implementation> =>
  Object.fromEntries(names.map((name) => [name, bound(name)]));

/** The built-in functions that could run long without meeting a limit, or make something huge in one call. */
const bounds: Record<string, Implementation> = {
  ...each(["map", "filter", "single", "sift", "each"], overItems),
  ...each(["spread", "merge", "keys"], watched),
  ...each(["uppercase", "lowercase", "encodeUrl", "encodeUrlComponent", "base64encode"], countedText),
  ...each(["formatNumber", "formatInteger"], countedText),
  string,
  pad,
  join,
  replace,
  split,
  sort,
  distinct,
  zip,
  toMillis,
  fromMillis,
  now,
  millis,
  clone,
  reduce,
};

/** What operators become where an expression could repeat them. No expression can write these names. */
export const concatName = "signalbox concat";
export const measuredName = "signalbox measured";
export const dataName = "signalbox data";
export const internalNames: readonly string[] = [concatName, measuredName, dataName];

/**
 * Our definition of a built-in function, a fresh one each time: the reference keeps the place of the last call on it.
 * @returns undefined for a name that is no built-in
 */
export function boundedDefinition(name: string): Definition | undefined {
  if (name === concatName) return { _jsonata_function: true, implementation: concat };
  if (name === measuredName) return { _jsonata_function: true, implementation: measured };
  if (name === dataName) return { _jsonata_function: true, implementation: dataOnly };
  const definition = builtins.get(name);
  if (definition === undefined) return undefined;
  return { ...definition, implementation: bounds[name] ?? definition.implementation };
}
