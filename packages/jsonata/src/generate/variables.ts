// Variables: `$x`, `$x := value`, blocks. A variable is a name of JavaScript in the function its frame belongs to.
import type { Ast, Bind, Block, Variable as VariableNode } from "../syntax/ast.ts";
import { operand, quote, type Operand } from "./code.ts";
import { inputName, type Generator } from "./generator.ts";
import { deeper, type Place } from "./place.ts";
import { openFrame, tupleName, type Frame } from "./scope.ts";
import { bindsIn } from "./binds.ts";

export function variable(g: Generator, node: VariableNode, place: Place): Operand {
  if (node.value === "") return operand(place.context.js, "any", { isData: place.context.isData });
  return resolve(g, node.value, place);
}

/** The value of a name as seen from a place. */
export function resolve(g: Generator, name: string, place: Place, from?: Frame | "outside"): Operand {
  const start = from === "outside" ? undefined : (from ?? place.frame);
  for (let frame: Frame | undefined = start; frame !== undefined; frame = frame.outer) {
    if (frame.tuple?.names.has(name) === true) {
      const other = resolve(g, name, place, frame.outer ?? "outside");
      const { js } = frame.tuple;
      const key = quote(tupleName(name));
      return operand(g.name(place.out, "v", `${key} in ${js} ? ${js}[${key}] : ${other.js}`));
    }
    const found = frame.variables.get(name);
    if (found === undefined) continue;
    if (found.isBound || place.bound.has(found.js)) {
      if (found.isStable) return found.operand ?? operand(found.js);
      // It may get another value before this one is used.
      return operand(g.name(place.out, "v", found.js));
    }
    // Not bound by now, or not in every case: then it is what is around.
    const other = resolve(g, name, place, frame.outer ?? "outside");
    return operand(g.name(place.out, "v", `${found.js} === ${g.helper("unbound")} ? ${other.js} : ${found.js}`));
  }
  return outside(g, name);
}

function outside(g: Generator, name: string): Operand {
  if (name === "$") {
    return operand(inputName, "any", { isData: true });
  }
  const builtIn = g.given.hidden.has(name) ? undefined : g.given.functions.get(name);
  if (builtIn !== undefined) return operand(g.constant(builtIn.value), "function");
  let js = g.variables.get(name);
  if (js === undefined) g.variables.set(name, (js = g.id("b")));
  return operand(js, "any", { isData: true });
}

export function bind(g: Generator, node: Bind, place: Place): Operand {
  const name = node.lhs.value;
  const target = place.frame.variables.get(name);
  if (target === undefined) throw new Error(`no frame for $${name}`);
  const inner = deeper(place);
  // A function may call itself by the name it is about to get.
  const seen = node.rhs.type === "lambda" ? { ...inner, bound: new Set(place.bound).add(target.js) } : inner;
  const value = g.value(node.rhs, seen);
  place.out.push(`${target.js} = ${value.js};`);
  place.bound.add(target.js);
  if (target.isStable) target.operand = { ...value, js: target.js };
  return value;
}

/** Declares the variables that a frame's nodes bind. */
export function declare(g: Generator, nodes: readonly Ast[], place: Place, outer: Frame | undefined): Frame {
  const frame = openFrame(outer);
  for (const [name, times] of bindsIn(nodes)) {
    const js = g.id("v");
    place.out.push(`let ${js} = ${g.helper("unbound")};`);
    const isStatement = nodes.some((node) => node.type === "bind" && node.lhs.value === name);
    frame.variables.set(name, { js, isBound: false, isStable: times === 1 && isStatement });
  }
  return frame;
}

export function block(g: Generator, node: Block, place: Place): Operand {
  if (node.expressions.length === 0) return operand("undefined", "undefined");
  const frame = declare(g, node.expressions, place, place.frame);
  let value: Operand | undefined;
  for (const expression of node.expressions) {
    value = g.value(expression, { ...deeper(place), frame });
  }
  return value ?? operand("undefined", "undefined");
}

/** The body of a lambda: its own frame, its value what the lambda returns. */
export function lambdaBody(g: Generator, body: Ast, place: Place): Operand {
  const frame = declare(g, [body], place, place.frame);
  return g.value(body, { ...place, frame });
}
