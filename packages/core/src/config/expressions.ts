// Reads the expressions of a document: JSONata as text or as `{ file: air.jsonata }`, with all its problems located.
// Not here: templates (templates.ts), evaluation (component/bind.ts).

import { type Problem, problems } from "@signalbox/jsonata";
import { bindExpression, boundFields, boundFunctions, namesOf } from "../component/bind.ts";
import type { Expression } from "../component/expression.ts";
import type { Variables } from "../component/fields.ts";
import { messageOf } from "../errors/error.ts";
import type { Location } from "../location.ts";
import { expressionHint, notTextHint } from "./expression-hints.ts";
import { interpolate } from "./interpolate.ts";
import type { Scope } from "./scope.ts";
import { createSourceText } from "./source-text.ts";
import { entryOf, kindOf, locationOf, type YamlNode, type YamlScalar } from "./yaml/node.ts";

interface Reading {
  readonly scope: Scope;
  readonly label: string;
  readonly variables?: Variables | undefined;
}

/** The bound expression; undefined with findings. */
export function readExpression(node: YamlNode, reading: Reading): Expression | undefined {
  const file = node.kind === "map" && node.entries.length === 1 ? entryOf(node, "file")?.value : undefined;
  if (file?.kind === "scalar" && typeof file.value === "string") return readExpressionFile(file, file.value, reading);
  if (node.kind !== "scalar" || typeof node.value !== "string") return refuse(node, reading);
  const { value } = node;
  const locate = (offset: number): Location => node.source.locate(node.offsetOf(offset));
  if (reportCut(node, reading)) return undefined;
  const { scope, variables } = reading;
  return compileText(value, { locate, scope, variables, comment: node.comment });
}

function refuse(node: YamlNode, { scope, label }: Reading): undefined {
  scope.findings.error({
    code: "CONFIG_EXPRESSION_NOT_TEXT",
    message: `${label} takes a JSONata expression as text here, and YAML reads ${kindOf(node)}`,
    suggestion: notTextHint(node),
    at: locationOf(node),
  });
  return undefined;
}

/** ` #$i` binds a position in JSONata, and starts a comment in unquoted YAML. */
function reportCut(node: YamlScalar, { scope }: Reading): boolean {
  if (!node.isPlain || node.comment === undefined || !/^\$[A-Za-z_]/.test(node.comment)) return false;
  scope.findings.error({
    code: "CONFIG_EXPRESSION_CUT",
    message: `YAML takes #${node.comment.trim()} for a comment: the expression ends before it`,
    suggestion: "quote the expression, or write it under `|`",
    at: locationOf(node),
  });
  return true;
}

function readExpressionFile(node: YamlScalar, written: string, { scope, variables }: Reading): Expression | undefined {
  const { text: path, problems: variableProblems } = interpolate(written, scope.variables);
  for (const { code, message, suggestion, index } of variableProblems) {
    scope.findings.error({ code, message, suggestion, at: node.source.locate(node.offsetOf(index)) });
  }
  if (variableProblems.length > 0) return undefined;
  try {
    const source = createSourceText(path, scope.variables.readText(path));
    const locate = (offset: number): Location => source.locate(offset);
    return compileText(source.text, { locate, scope, variables, usedAt: locationOf(node) });
  } catch (error) {
    scope.findings.error({
      code: "CONFIG_FILE_UNREADABLE",
      message: `the expression file ${path} cannot be read: ${messageOf(error)}`,
      suggestion: "paths start at the project folder",
      at: locationOf(node),
    });
    return undefined;
  }
}

export interface CompileTextOptions {
  readonly locate: (offset: number) => Location;
  readonly scope: Scope;
  readonly variables?: Variables | undefined;
  readonly comment?: string | undefined;
  /** Where a file of its own is named. */
  readonly usedAt?: Location;
}

/** Compiles `text`; all its problems become findings at their places. */
export function compileText(text: string, options: CompileTextOptions): Expression | undefined {
  const { locate, scope, variables } = options;
  const found = problems(text, {
    variables: namesOf(variables),
    functions: boundFunctions,
    fields: { ...variables, ...boundFields(scope.expressions) },
  });
  for (const problem of found) report(problem, text, options);
  if (found.some(({ severity }) => severity === "error")) return undefined;
  const expression = bindExpression(text, { ...scope.expressions, locate, variables });
  scope.canonical.set(expression, { expression: text });
  return expression;
}

function report(problem: Problem, text: string, { locate, scope, comment, usedAt }: CompileTextOptions): void {
  const { severity, code, message, suggestion: meant } = problem;
  const isError = severity === "error";
  const guess = isError ? expressionHint(text, comment) : undefined;
  const suggestion = meant === undefined ? guess : `did you mean ${meant}?`;
  const finding = {
    code: isError ? "CONFIG_EXPRESSION_SYNTAX" : "CONFIG_EXPRESSION_SUSPECT",
    message: `${message} (JSONata ${code})`,
    at: locate(problem.offset),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(usedAt === undefined ? {} : { related: [usedAt] }),
  } as const;
  if (isError) scope.findings.error(finding);
  else scope.findings.warn(finding);
}
