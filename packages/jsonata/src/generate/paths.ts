// Paths. One of names alone is read off plain objects in place; any other becomes loops inside one another (steps.ts).
import type { Ast, Path } from "../syntax/ast.ts";
import { operand, read, type Operand } from "./code.ts";
import { group } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import { deeper, objectAt, openContext, type Context, type Place } from "./place.ts";
import { gather, leadingNames, type Found, type Gathering } from "./steps.ts";

export function path(g: Generator, node: Path, place: Place): Operand {
  const inner = deeper(place);
  const [first] = node.steps as [Ast];
  const isSimple = node.keepSingletonArray !== true && node.keepArray !== true && node.group === undefined;
  const names = leadingNames(node.steps, 0);
  if (isSimple && names.length === node.steps.length) return chain(g, inner.context, names, inner);
  if (isSimple && first.type === "variable" && node.steps.length > 1) {
    const rest = leadingNames(node.steps, 1);
    if (rest.length === node.steps.length - 1) return chainFrom(g, g.value(first, inner), rest, inner);
  }
  return general(g, node, inner);
}

/** A path of names from the context. */
function chain(g: Generator, context: Context, names: readonly string[], place: Place): Operand {
  const path = `${context.isWhole} ${JSON.stringify(names)}`;
  const known = context.leaves.get(path);
  if (known !== undefined && (known.out === place.out || place.around.includes(known.out))) return known.value;
  const value = operand(g.name(place.out, "v", reading(g, context, names)), "any", { isData: context.isData });
  context.leaves.set(path, { value, out: place.out });
  return value;
}

/** Reads a field of a plain object in place, the fields of a list of them in a loop, anything else by a helper. */
function reading(g: Generator, context: Context, names: readonly string[]): string {
  const parent = objectAt(context, names.slice(0, -1), g.id);
  const key = names.at(-1) ?? "";
  g.helpers.add("hasOwn");
  const field = read(parent.value, key);
  const quick = context.isData ? field : `${g.helper("last")}(${field})`;
  const slow = `${g.helper(context.isWhole ? "readFrom" : "readPath")}(${context.js}, ${g.fields(names)})`;
  if (!context.isData || (context.isWhole && names.length === 1)) return `${parent.check} ? ${quick} : ${slow}`;
  const list = `Array.isArray(${parent.value}) ? ${g.hoist(`${g.helper("listReader")}(${g.field(key)})`)}(${parent.value})`;
  return `${parent.check} ? ${quick} : ${list} : ${slow}`;
}

/** A path of names from a variable. */
function chainFrom(g: Generator, base: Operand, names: readonly string[], place: Place): Operand {
  if (base.js === place.context.js && !place.context.isWhole) return chain(g, place.context, names, place);
  const context = openContext(base, place.out);
  return chain(g, context, names, place);
}

function general(g: Generator, node: Path, place: Place): Operand {
  const { gathering, found } = gather(g, node.steps, place);
  return finish(g, node, place, { ...gathering, ...found });
}

function finish(g: Generator, node: Path, place: Place, found: Found & Gathering): Operand {
  const { whole, out, last, needsLast, isData, isFresh } = found;
  if (node.group !== undefined) {
    const items = node.keepSingletonArray === true ? "lastItemsKept" : "lastItems";
    const source = whole ?? (needsLast ? `${g.helper(items)}(${out}, ${last.count}, ${last.only})` : out);
    return group(g, node.group, operand(source, "array", { isData }), place);
  }
  const facts = { isData, isFresh };
  const isKept = node.keepSingletonArray === true || node.keepArray === true;
  if (whole !== undefined) {
    const helper = isKept ? "keepSorted" : "settleSorted";
    return operand(g.name(place.out, "t", `${g.helper(helper)}(${whole})`), "any", facts);
  }
  if (isKept) {
    const helper = node.keepSingletonArray === true ? "settleKeeping" : "settleKept";
    const [count, only] = needsLast ? [last.count, last.only] : ["2", "undefined"];
    return operand(g.name(place.out, "t", `${g.helper(helper)}(${out}, ${count}, ${only})`), "any", facts);
  }
  const js = needsLast
    ? `${g.helper("settleLast")}(${out}, ${last.count}, ${last.only})`
    : `${g.helper("settleCounted")}(${out})`;
  return operand(g.name(place.out, "t", js), "any", facts);
}
