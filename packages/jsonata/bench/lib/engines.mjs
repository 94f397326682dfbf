import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import jsonata from "jsonata";
import { link } from "../../dist/generate/program.js";
import { compile, defaultLimits } from "../../dist/index.js";
import { Unit } from "../../dist/unit.js";
import { E as own } from "./expressions.mjs";

const shared = join(import.meta.dirname, "../../../../../shared/jsonata/expressions.mjs");

/** The sets of expressions to measure: [{ name, list }]. A file given takes the place of both. */
export async function sets(file) {
  const load = async (path) => (await import(pathToFileURL(path).href)).E;
  if (file !== undefined) return [{ name: file, list: await load(file) }];
  const found = [{ name: "ours", list: own }];
  if (existsSync(shared)) found.push({ name: "shared", list: await load(shared) });
  return found;
}

/** The three engines of one expression, checked against one another. Throws when their results differ. */
export async function engines({ id, expr, input, js }, options) {
  const reference = jsonata(expr);
  const expression = compile(expr, options);
  const wanted = JSON.stringify(await reference.evaluate(structuredClone(input)));
  const first = expression.evaluate(structuredClone(input));
  const isAsync = first instanceof Promise;
  for (const [name, result] of [
    ["ours", await first],
    ["JavaScript", js(structuredClone(input))],
  ]) {
    if (JSON.stringify(result) !== wanted)
      throw new Error(`${id}: ${name} gives ${JSON.stringify(result)}, not ${wanted}`);
  }
  return {
    expression,
    reference: { evaluate: (given) => reference.evaluate(given), isAsync: true },
    ours: { evaluate: (given) => expression.evaluate(given), isAsync },
    script: { evaluate: js, isAsync: false },
  };
}

/** The generated function with its limits, and the same without what counts, charges and measures. */
export function guarded({ expr }) {
  const unit = new Unit(expr, defaultLimits, {});
  const program = unit.program();
  const counts = /^\s*(?:charge\(|budget\.(?:begin|look)|if \(--budget\.turns|reach\()/;
  const lines = program.source.split("\n").filter((line) => !counts.test(line));
  const source = lines.join("\n").replace(/return finish(?:Checked)?\((\w+)\);/, "return $1;");
  const free = link({ ...program, source }, defaultLimits);
  const limited = link(program, defaultLimits);
  return {
    limited: { evaluate: (input) => limited(input, undefined), isAsync: false },
    free: { evaluate: (input) => free(input, undefined), isAsync: false },
  };
}
