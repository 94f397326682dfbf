// The order-by step of a path.
import type { Sort } from "../syntax/ast.ts";
import type { Operand } from "./code.ts";
import { contextFunction } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import type { Place } from "./place.ts";

/** The name of the sorted array. */
export function sorted(g: Generator, node: Sort, items: Operand, place: Place): string {
  const terms = node.terms.map(({ expression, descending }) => {
    const value = contextFunction(g, expression, place, items.isData);
    return `{ value: ${value}, isDescending: ${descending} }`;
  });
  g.helper("budget");
  return g.name(place.out, "a", `${g.helper("sortBy")}(${items.js}, [${terms.join(", ")}], ${node.position ?? 0})`);
}
