import type { Ast, Call } from "../syntax/ast.ts";
import { startOf } from "./places.ts";
import { error, type Problem, warning } from "./problem.ts";
import { accepts, countOf, readSignature, type Signature } from "./signature.ts";
import { builtinCalled, functionNamed, signatureOf, type Subject } from "./subject.ts";
import * as types from "./types-table.ts";
import { typesOf } from "./types.ts";

/** Arguments that no call of the function can take: too few, too many, or of a type it refuses. */
export function* checkCall(node: Ast, subject: Subject): Iterable<Problem> {
  if (builtinCalled(node, subject) === "eval") {
    const message = "$eval runs on the reference evaluator, some hundred times slower than what is written out";
    yield warning(startOf(node, subject.text), "EVAL_SLOW", message);
  }
  if (node.type !== "function") return;
  const definition = signatureOf(node, subject);
  if (definition === undefined) return;
  const given = node.arguments.map((argument) => typesOf(argument, subject));
  if (subject.piped.has(node)) given.unshift(types.anything);
  const signature = readSignature(definition);
  if (!accepts(signature, given)) yield refused(node, subject, { signature, given });
}

interface Refusal {
  signature: Signature;
  given: readonly number[];
}

function refused(node: Call, subject: Subject, { signature, given }: Refusal): Problem {
  const name = `$${functionNamed(node.procedure, subject)}`;
  const anyOf = given.map(() => types.anything);
  if (!accepts(signature, anyOf)) {
    const piped = subject.piped.has(node) ? ", with the one before ~>" : "";
    const message = `${name} takes ${countOf(signature)}, not ${given.length}${piped}`;
    return error(startOf(node.procedure, subject.text), "ARGUMENTS_COUNT", message);
  }
  // The first argument that is wrong whatever the others are; or else they are wrong together.
  const wrong = given.findIndex((type, index) => !accepts(signature, anyOf.with(index, type)));
  const type = given[wrong];
  const argument = node.arguments[subject.piped.has(node) ? wrong - 1 : wrong];
  if (type === undefined || argument === undefined) {
    const message = `${name} takes no arguments of these types (${given.map(types.inWords).join(", ")})`;
    return error(startOf(node.procedure, subject.text), "ARGUMENT_TYPE", message);
  }
  const wanted = signature.parameters[wrong]?.accepts ?? 0;
  const isSure = !signature.parameters.slice(0, wrong).some(({ isOptional }) => isOptional);
  const rather = isSure && wanted !== types.anything ? `, and takes ${types.inWords(wanted)}` : "";
  const message = `argument ${wrong + 1} of ${name} cannot be ${types.inWords(type)}${rather}`;
  return error(startOf(argument, subject.text), "ARGUMENT_TYPE", message);
}
