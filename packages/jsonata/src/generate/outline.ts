// Code moved out into functions of its own. V8 never optimises a function of more than some tens of kilobytes, so what
// belongs to a large object is computed in several; and what uses nothing of its surroundings is declared once.
import type { Ast } from "../syntax/ast.ts";
import { textOf, type Lines, type Operand } from "./code.ts";
import type { Generator } from "./generator.ts";
import { branch, openContext, type Place } from "./place.ts";

const local = /(?<![\w.$"'])[a-z]\d+\b/g;
const declared = /(?:const|let) ([a-z]\d+)/g;
const parameters = /\(((?:[a-z]\d+(?:, )?)*)\) =>/g;

/** Names of the surroundings that a piece of code uses. Local names are a letter and a number, unlike all others. */
export function freeNames(text: string): string[] {
  const code = withoutTexts(text);
  const inside = new Set(Array.from(code.matchAll(declared), ([, name]) => name));
  for (const [, list = ""] of code.matchAll(parameters)) for (const name of list.split(", ")) inside.add(name);
  const used = new Set(Array.from(code.matchAll(local), ([name]) => name));
  return [...used].filter((name) => !inside.has(name));
}

export const isClosed = (text: string): boolean => freeNames(text).length === 0;

const withoutTexts = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"/g, '""');

/** Values of several nodes, computed by a function declared outside; its results come back through an array. */
export function outline(g: Generator, nodes: readonly Ast[], place: Place): Operand[] {
  const out: Lines = [];
  const context = openContext(place.context, out, place.context.isWhole);
  const values = nodes.map((node) => g.value(node, { ...branch(place, out), context }));
  const text = `${textOf(out)}return [${values.map(({ js }) => js).join(", ")}];`;
  const captured = freeNames(text);
  if (captured.some((name) => new RegExp(`\\b${name} = `).test(text))) {
    place.out.push(out);
    return values;
  }
  const name = g.hoist(`(${captured.join(", ")}) => {\n${text}\n}`);
  const results = g.name(place.out, "a", `${name}(${captured.join(", ")})`);
  return values.map((value, at) => {
    if (value.literal !== undefined || value.kind === "undefined") return value;
    return { ...value, js: g.name(place.out, "v", `${results}[${at}]`) };
  });
}
