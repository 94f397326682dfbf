// $map, $filter and $reduce over a function that is written in place: loops instead of calls.
import type { BuiltIn } from "../functions/built-ins.ts";
import type { Call, Lambda } from "../syntax/ast.ts";
import { isSafe, operand, type Lines, type Operand } from "./code.ts";
import { charge } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import { truth } from "./operators.ts";
import { branch, deeper, type Place } from "./place.ts";
import { openFrame } from "./scope.ts";
import { lambdaBody } from "./variables.ts";
import { builtIns } from "../functions/built-ins.ts";

interface Given {
  readonly node: Call;
  readonly builtIn: BuiltIn;
  readonly first: Operand | undefined;
  readonly place: Place;
}

/** The call as a loop; undefined when it has to be a call. */
export function inlined(g: Generator, { node, builtIn, first, place }: Given): Operand | undefined {
  if (builtIns.get(builtIn.name) !== builtIn || node.keepArray === true) return undefined;
  const given = first === undefined ? node.arguments : [undefined, ...node.arguments];
  const fn = given[1];
  if (fn?.type !== "lambda" || fn.signature !== undefined || fn.predicate !== undefined || fn.group !== undefined)
    return undefined;
  const count = given.length;
  const isKnown = (builtIn.name === "map" || builtIn.name === "filter") && count === 2 && fn.arguments.length <= 3;
  const isReduce = builtIn.name === "reduce" && (count === 2 || count === 3) && [2, 3, 4].includes(fn.arguments.length);
  if (!isKnown && !isReduce) return undefined;
  const [source] = given;
  const list = first ?? (source === undefined ? operand("undefined", "undefined") : g.value(source, deeper(place)));
  if (isReduce) {
    const initial = given[2] === undefined ? undefined : g.value(given[2], deeper(place));
    return reduce(g, { list, fn, place, initial });
  }
  return builtIn.name === "map" ? map(g, list, fn, place) : filter(g, list, fn, place);
}

interface Loop {
  readonly items: string;
  readonly index: string;
  readonly item: Operand;
  readonly body: Lines;
  readonly place: Place;
}

/** The name of a list; what is no array is a list of one, nothing is no list. */
function itemsOf(g: Generator, { js }: Operand, place: Place): string {
  const list = `Array.isArray(${js}) ? ${js} : ${js} === undefined ? ${g.helper("none")} : [${js}]`;
  return g.name(place.out, "a", list);
}

/** A loop over the items of a list. */
function loop(
  g: Generator,
  { list, items, start = "0" }: { list: Operand; items: string; start?: string },
  place: Place,
): Loop {
  const [index, item] = [g.id("i"), g.id("c")];
  const body: Lines = [];
  place.out.push(`for (let ${index} = ${start}; ${index} < ${items}.length; ${index}++) {`, body, `}`);
  g.turn(body);
  body.push(`const ${item} = ${items}[${index}];`);
  const found = operand(item, "any", { isData: list.isData });
  return { items, index, item: found, body, place: { ...branch(place, body), isRepeated: true } };
}

/** The body of a lambda for these values of its parameters. */
function run(g: Generator, fn: Lambda, values: readonly Operand[], place: Place): Operand {
  const frame = openFrame(place.frame);
  for (const [at, parameter] of fn.arguments.entries()) {
    const value = values[at] ?? operand("undefined", "undefined");
    frame.variables.set(parameter.value, { js: value.js, isBound: true, isStable: true, operand: value });
  }
  return lambdaBody(g, fn.body, {
    ...place,
    frame,
    depth: place.depth + 2,
    isTail: false,
    isRaw: false,
    isPart: false,
  });
}

const parameters = ({ item, index, items }: Loop, list: Operand): Operand[] => [
  item,
  operand(index, "number", { optional: false }),
  operand(items, "array", { isData: list.isData }),
];

function map(g: Generator, list: Operand, fn: Lambda, place: Place): Operand {
  const out = g.name(place.out, "a", "[]");
  const each = loop(g, { list, items: itemsOf(g, list, place) }, place);
  const value = finished(g, run(g, fn, parameters(each, list), each.place), { at: each.place, hof: place });
  charge(g, [value], each.body);
  each.body.push(
    value.optional ? `if (${value.js} !== undefined) ${out}.push(${value.js});` : `${out}.push(${value.js});`,
  );
  return settled(g, { out, list, place }, { isFresh: true, isData: value.isData && !isSafe(value) });
}

function filter(g: Generator, list: Operand, fn: Lambda, place: Place): Operand {
  const out = g.name(place.out, "a", "[]");
  const each = loop(g, { list, items: itemsOf(g, list, place) }, place);
  const test = finished(g, run(g, fn, parameters(each, list), each.place), { at: each.place, hof: place });
  each.body.push(`if (${truth(g, test)}) ${out}.push(${each.item.js});`);
  return settled(g, { out, list, place }, { isFresh: list.isFresh === true, isData: list.isData });
}

function reduce(
  g: Generator,
  { list, fn, place, initial }: { list: Operand; fn: Lambda; place: Place; initial: Operand | undefined },
): Operand {
  const [result, start] = [g.id("v"), g.id("n")];
  const all = itemsOf(g, list, place);
  place.out.push(`let ${result} = ${initial?.js ?? "undefined"};`, `let ${start} = 0;`);
  if (initial === undefined || initial.optional) {
    place.out.push(`if (${result} === undefined && ${all}.length > 0) { ${result} = ${all}[0]; ${start} = 1; }`);
  }
  const each = loop(g, { list, items: all, start }, place);
  const [, index, items] = parameters(each, list) as [Operand, Operand, Operand];
  // A lambda that keeps this call's value needs a name of its own for it.
  const previous = operand(g.name(each.body, "c", result));
  const ran = run(g, fn, [previous, each.item, index, items], each.place);
  const value = finished(g, ran, { at: each.place, hof: place });
  each.body.push(`${result} = ${value.js};`);
  const missing = list.optional ? `${list.js} === undefined ? undefined : ` : "";
  const js =
    place.isTail || place.isRaw
      ? `${missing}${result}`
      : `${g.helper("collapse")}(${missing === "" ? result : `(${missing}${result})`})`;
  return operand(g.name(place.out, "t", js));
}

/** A lambda may return a call still to be made; without a context, but where the loop is what a lambda ends with (homes.ts). */
function finished(g: Generator, value: Operand, { at, hof }: { at: Place; hof: Place }): Operand {
  if (value.kind !== "any" || value.isData) return value;
  const context = hof.isTail ? `, ${hof.context.js}` : "";
  return operand(g.name(at.out, "t", `${g.helper("finished")}(${value.js}${context})`), "any", {
    isFresh: value.isFresh === true,
  });
}

function settled(
  g: Generator,
  { out, list, place }: { out: string; list: Operand; place: Place },
  facts: { isFresh: boolean; isData: boolean },
): Operand {
  if (!place.isTail && !place.isRaw)
    return operand(g.name(place.out, "t", `${g.helper("settleCounted")}(${out})`), "any", facts);
  const js = `${list.js} === undefined ? undefined : ${g.helper("asCounted")}(${out})`;
  return operand(g.name(place.out, "t", js), "any", facts);
}
