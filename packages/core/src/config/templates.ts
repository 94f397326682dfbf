import { joinTemplate } from "../component/bind.ts";
import type { Expression, Template } from "../component/expression.ts";
import { splitTemplate, type TemplatePart } from "../component/template.ts";
import { compileText } from "./expressions.ts";
import { interpolate, namesSecret } from "./interpolate.ts";
import { describePath } from "./keys.ts";
import type { Path } from "./walk.ts";
import type { Scope } from "./scope.ts";
import { noteHeader, noteSecret, noteSecretsIn } from "./secrets.ts";
import { kindOf, locationOf, type YamlNode, type YamlScalar } from "./yaml/node.ts";

interface Reading {
  readonly scope: Scope;
  readonly label: string;
  readonly path: Path;
}

/** The bound template of a node, variables replaced in its literal parts; undefined with findings. */
export function readTemplate(node: YamlNode, reading: Reading): Template | undefined {
  const { scope } = reading;
  if (node.kind !== "scalar" || typeof node.value !== "string") return refuse(node, reading);
  const { parts, problems } = splitTemplate(node.value);
  for (const { message, index } of problems) {
    scope.findings.error({
      code: "CONFIG_TEMPLATE_SYNTAX",
      message,
      suggestion: 'a literal {{ is written {{ "{{" }}',
      at: node.source.locate(node.offsetOf(index)),
    });
  }
  const bound = parts.map((part) =>
    part.kind === "hole" ? readHole(part, node, scope) : readLiteral(part, node, reading),
  );
  const good = bound.filter((part) => part !== undefined);
  if (problems.length > 0 || good.length < bound.length) return undefined;
  const template = joinTemplate(good, { text: node.value, at: node.source.locate(node.offsetOf(0)) });
  const canonical = good.map((part) => (typeof part === "string" ? part : { hole: part.text }));
  scope.canonical.set(template, { template: canonical });
  return template;
}

function refuse(node: YamlNode, { scope, label, path }: Reading): undefined {
  const isScalar = node.kind === "scalar" && node.value !== null;
  scope.findings.error({
    code: isScalar ? "CONFIG_VALUE_UNQUOTED" : "CONFIG_VALUE_TYPE",
    message: `${describePath(path, label)} must be text, not ${kindOf(node)}`,
    suggestion: isScalar ? `quote it: "${node.written}"` : 'quote text that starts with a brace: "{{ ... }}"',
    at: locationOf(node),
  });
  return undefined;
}

function readHole(part: TemplatePart, node: YamlScalar, scope: Scope): Expression | undefined {
  return compileText(part.text, { scope, locate: (offset) => node.source.locate(node.offsetOf(part.index + offset)) });
}

function readLiteral(part: TemplatePart, node: YamlScalar, { scope, path }: Reading): string | undefined {
  const { text, values, problems } = interpolate(part.text, scope.variables);
  for (const { code, message, suggestion, index } of problems) {
    scope.findings.error({ code, message, suggestion, at: node.source.locate(node.offsetOf(part.index + index)) });
  }
  const isNamedSecret = namesSecret(String(path.at(-1) ?? ""));
  for (const value of values) if (isNamedSecret || value.isSecret) noteSecret(scope.secrets, value.text);
  noteSecretsIn(scope.secrets, text);
  if (isNamedSecret && path.at(-2) === "headers") noteHeader(scope.secrets, text);
  return problems.length > 0 ? undefined : text;
}
