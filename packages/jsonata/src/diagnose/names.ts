// Names of functions, variables and fields that do not exist, and variables that nobody reads.
import { builtins } from "../reference/reference.ts";
import type { NameUse } from "../syntax/analyse.ts";
import type { Ast, Call } from "../syntax/ast.ts";
import { startOfToken } from "../syntax/position.ts";
import { suggest } from "../syntax/suggest.ts";
import { tokenStart } from "./places.ts";
import { error, type Problem, warning } from "./problem.ts";
import { functionNamed, type Subject } from "./subject.ts";

/** Also works on a tree that ends at a syntax error. */
export function* unknownNames({ text, analysis, functions, variables }: Subject): Iterable<Problem> {
  for (const use of analysis.uses) {
    if (builtins.has(use.name) || Object.hasOwn(functions, use.name) || variables?.includes(use.name)) continue;
    if (use.isCalled || variables !== undefined)
      yield unknownName(text, use, { functions, variables: variables ?? [] });
  }
  for (const { name, node } of analysis.bareCalls) {
    const meant = suggest(name, [...builtins.keys(), ...Object.keys(functions)]);
    const code = builtins.has(name) || Object.hasOwn(functions, name) ? "T1005" : "T1006";
    const message = `${name} is a field, not a function: the names of functions start with $`;
    yield error(placeOf(text, node.position, name), code, message, dollar(meant));
  }
}

const placeOf = (text: string, position = 0, token = ""): number => startOfToken(text, { position, token }) ?? 0;

const dollar = (name: string | undefined): string | undefined => (name === undefined ? undefined : `$${name}`);

function unknownName(
  text: string,
  { name, node, isCalled, bound }: NameUse,
  { functions, variables }: { functions: object; variables: readonly string[] },
): Problem {
  const known = isCalled
    ? [...builtins.keys(), ...Object.keys(functions), ...bound]
    : [...variables, ...bound, ...builtins.keys()];
  const message = isCalled ? `there is no function $${name}` : `there is no variable $${name}`;
  const code = isCalled ? "FUNCTION_UNKNOWN" : "VARIABLE_UNKNOWN";
  return error(placeOf(text, node.position, name), code, message, dollar(suggest(name, known)));
}

/** `$meta.devce`, and `$lookup($meta, "devce")`. */
export function* checkFields(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type === "function") yield* checkNamed(node, subject);
  if (node.type !== "path") return;
  for (const [at, step] of node.steps.entries()) {
    const fields = fieldsOf(step, subject);
    if (fields !== undefined) yield* checkSteps(node.steps.slice(at + 1), { fields, variable: step, subject });
  }
}

interface Known {
  fields: readonly string[];
  variable: Ast & { value?: unknown };
  subject: Subject;
}

function fieldsOf(node: Ast, { free, fields }: Subject): readonly string[] | undefined {
  const isKnown = node.type === "variable" && free.has(node) && Object.hasOwn(fields, node.value);
  return isKnown ? fields[node.value] : undefined;
}

/** As deep as fields are known: below "request" only if something like "request.path" is. */
function* checkSteps(steps: readonly Ast[], { fields, variable, subject }: Known): Iterable<Problem> {
  let prefix = "";
  for (const step of steps) {
    if (step.type !== "name") return;
    const problem = unknownField(`${prefix}${step.value}`, tokenStart(step, subject.text), {
      fields,
      variable,
      subject,
    });
    if (problem !== undefined) return yield problem;
    prefix += `${step.value}.`;
    if (!fields.some((field) => field.startsWith(prefix))) return;
  }
}

function unknownField(name: string, offset: number, { fields, variable }: Known): Problem | undefined {
  if (fields.includes(name)) return undefined;
  const parent = name.slice(0, name.lastIndexOf(".") + 1);
  const beside = fields.filter((field) => field.startsWith(parent) && !field.slice(parent.length).includes("."));
  const whole = `$${String(variable.value)}`;
  const owner = parent === "" ? whole : `${whole}.${parent.slice(0, -1)}`;
  const meant = suggest(
    name.slice(parent.length),
    beside.map((field) => field.slice(parent.length)),
  );
  const message = `${owner} has no field ${JSON.stringify(name.slice(parent.length))}`;
  return warning(offset, "FIELD_UNKNOWN", message, meant === undefined ? undefined : `${owner}.${meant}`);
}

const naming = new Set(["lookup", "pick", "omit", "withMeta"]);

/** Names given as texts right behind the variable. */
function* checkNamed({ procedure, arguments: given }: Call, subject: Subject): Iterable<Problem> {
  if (!naming.has(functionNamed(procedure, subject) ?? "")) return;
  for (const [at, variable] of given.entries()) {
    const fields = fieldsOf(variable, subject);
    const names = given[at + 1];
    if (fields === undefined || names === undefined) continue;
    const texts = names.type === "unary" && names.value === "[" ? names.expressions : [names];
    for (const text of texts) {
      if (text.type !== "string") continue;
      const problem = unknownField(String(text.value), tokenStart(text, subject.text), { fields, variable, subject });
      if (problem !== undefined) yield problem;
    }
  }
}

/** Set in a block, before its end, and named nowhere in the text. A name that starts with _ is meant to be so. */
export function* unusedVariables({ text, nodes, analysis }: Subject): Iterable<{ name: string; problem: Problem }> {
  if (analysis.uses.some(({ name }) => name === "eval")) return;
  const targets = new Set<unknown>(nodes.flatMap((node) => (node.type === "bind" ? [node.lhs] : [])));
  const read = new Set(nodes.flatMap((node) => (node.type === "variable" && !targets.has(node) ? [node.value] : [])));
  for (const block of nodes) {
    if (block.type !== "block") continue;
    for (const statement of block.expressions.slice(0, -1)) {
      if (statement.type !== "bind" || read.has(statement.lhs.value) || statement.lhs.value.startsWith("_")) continue;
      const name = statement.lhs.value;
      const place = tokenStart(statement.lhs, text);
      yield { name, problem: warning(place, "VARIABLE_UNUSED", `$${name} is set and never read`) };
    }
  }
}
