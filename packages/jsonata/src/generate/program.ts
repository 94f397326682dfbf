// From a syntax tree to a function of JavaScript: the generated text, and the function made of it.
import type { Node } from "../reference/reference.ts";
import type { Ast } from "../syntax/ast.ts";
import * as runtime from "./runtime.ts";
import { nodesOf } from "../syntax/tree.ts";
import { isSafe, quote, textOf, type Lines, type Operand } from "./code.ts";
import { Generator, inputName, type Given } from "./generator.ts";
import { takesContext } from "./calls.ts";
import { openContext, type Place } from "./place.ts";
import { value } from "./value.ts";
import { declare } from "./variables.ts";

/** An evaluation: input and bindings to a result, which is plain data. */
export type Evaluate = (input: unknown, bindings: Record<string, unknown> | undefined) => unknown;

export interface Program {
  /** The generated JavaScript: the body of a function of `runtime` and `constants` that returns the evaluation. */
  readonly source: string;
  readonly constants: readonly unknown[];
  /** Names of the functions that are called, by the position of the call. */
  readonly tokens: ReadonlyMap<number, unknown>;
}

/** @throws Unsupported for a construct that is not compiled */
export function generate(ast: Ast, given: Given, isGrowing: boolean): Program {
  const g = new Generator(given, isGrowing, value);
  g.hasTails = handsOn(ast, given);
  g.hasContextEnds = endsInContext(ast);
  const body: Lines = [];
  const bindings: Lines = [];
  body.push(bindings);
  const context = openContext({ js: inputName, isData: true }, body, true);
  const place: Place = {
    out: body,
    around: [],
    context,
    frame: { variables: new Map(), outer: undefined },
    bound: new Set(),
    depth: 1,
    isTail: false,
    isRaw: false,
    isPart: false,
    isRepeated: false,
  };
  const frame = declare(g, [ast], place, undefined);
  const result = g.value(ast, { ...place, frame });
  body.push(`return ${finished(g, result)};`);
  for (const [name, js] of g.variables) {
    bindings.push(`const ${js} = ${g.helper("binding")}(bindings, ${quote(name)});`);
  }
  if (g.helpers.size > 0) bindings.push(`${g.helper("budget")}.begin(limits);`);
  if (g.isTimed) bindings.push(`budget.look();`);
  const names = [...g.helpers].sort();
  const constants = g.constants.map((_, at) => `K${at}`);
  const head = [
    `"use strict";`,
    ...(names.length === 0 ? [] : [`const { ${names.join(", ")} } = runtime;`]),
    ...(constants.length === 0 ? [] : [`const [${constants.join(", ")}] = constants;`]),
  ];
  const lines: Lines = [...head, g.hoisted, `return function evaluate(${inputName}, bindings) {`, body, `};`];
  return { source: textOf(lines), constants: g.constants, tokens: g.tokens };
}

/** A lambda that ends with a call, and a built-in function as a value, hand on sequences as they are. */
function handsOn(ast: Ast, { functions }: Given): boolean {
  const nodes = [...nodesOf(ast as unknown as Node)] as unknown as Ast[];
  const called = new Set(nodes.flatMap((node) => (node.type === "function" ? [node.procedure] : [])));
  return nodes.some(
    (node) =>
      node.type === "partial" ||
      (node.type === "lambda" && node.thunk === true) ||
      (node.type === "variable" && functions.has(node.value) && !called.has(node)),
  );
}

function endsInContext(ast: Ast): boolean {
  const nodes = [...nodesOf(ast as unknown as Node)] as unknown as Ast[];
  return nodes.some(
    (node) =>
      node.type === "lambda" &&
      node.thunk === true &&
      node.body.type === "function" &&
      node.body.procedure.type === "variable" &&
      takesContext(node.body.procedure.value),
  );
}

/** What leaves: texts and containers within limits, no marks, no functions. */
function finished(g: Generator, { js, ...result }: Operand): string {
  if (isSafe({ js, ...result }) && result.kind !== "string") return js;
  if (result.atMost !== undefined && result.atMost + 2 <= g.given.outputBytes) return js;
  return `${g.helper(result.isFresh === true ? "finish" : "finishChecked")}(${js})`;
}

/** The function of a program. */
export function link(program: Program, limits: unknown): Evaluate {
  // The text comes from the syntax tree alone: names and texts in it are quoted, local names are made up.
  // oxlint-disable-next-line typescript/no-implied-eval -- this is what a compiler does
  const make = new Function("runtime", "constants", "limits", program.source) as (...given: unknown[]) => Evaluate;
  return make(runtime, program.constants, limits);
}
