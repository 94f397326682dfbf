// Walks a component's schema along the YAML an author wrote: replaces variables, compiles expressions and templates,
// then lets the schema validate, and gives every problem its place.
// Not here: which schema it is (item.ts, pipeline.ts, settings.ts), and the wording of schema issues (issues.ts).

import type { z } from "zod";
import { readExpression } from "./expressions.ts";
import { interpolate, isEmptied, namesSecret } from "./interpolate.ts";
import { reportIssues } from "./issues.ts";
import { describePath, reportUnknownKey } from "./keys.ts";
import type { Scope } from "./scope.ts";
import { pickOption, type Shape, shapeOf } from "./schema-shape.ts";
import { noteHeader, noteSecret, noteSecretsIn } from "./secrets.ts";
import { readTemplate } from "./templates.ts";
import { type Path, pathKey, type ReadRequest, type Walk } from "./walk.ts";
import {
  isEmpty,
  locationOf,
  type YamlKey,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./yaml/node.ts";

export interface ReadResult {
  /** What the schema made of it; undefined when there are findings. */
  readonly value: unknown;
  /** What was written, variables replaced and expressions compiled: what the pipeline's hash is made of. */
  readonly input: unknown;
  readonly isGood: boolean;
}

export function readValue(request: ReadRequest, scope: Scope): ReadResult {
  const before = scope.findings.errorCount();
  const walk: Walk = {
    ...request,
    scope,
    bad: [],
    branches: new Map(),
    facts: new Map(),
    interpolated: new Map(),
  };
  const input = visit(request.schema, request.node, [], walk);
  const parsed = parse(request.schema, input);
  if (!parsed.success) reportIssues(parsed.issues, walk);
  const isGood = scope.findings.errorCount() === before && parsed.success;
  return { value: isGood ? parsed.data : undefined, input, isGood };
}

type Parsed =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly issues: readonly z.core.$ZodIssue[] };

function parse(schema: z.core.$ZodType, input: unknown): Parsed {
  // definitions are made with zod's classic API
  const result = (schema as z.ZodType).safeParse(input);
  return result.success ? result : { success: false, issues: result.error.issues };
}

function visit(schema: z.core.$ZodType, node: YamlNode, path: Path, walk: Walk): unknown {
  const shape = shapeOf(schema);
  const { def, facts } = shape;
  if (Object.keys(facts).length > 0) walk.facts.set(pathKey(path), facts);
  if (facts.type === "expression")
    return orBad(readExpression(node, { ...walk, variables: facts.variables }), path, walk);
  if (facts.type === "template") return orBad(readTemplate(node, { ...walk, path }), path, walk);
  if (def.type === "union") {
    const branch = pickOption(def.options, node);
    walk.branches.set(pathKey(path), branch);
    const option = def.options[branch];
    return option === undefined ? undefined : visit(option, node, path, walk);
  }
  if (node.kind === "map") return visitMap(shape, node, path, walk);
  if (node.kind === "list") return visitList(shape, node, path, walk);
  if (def.type === "object" && isEmpty(node) && path.length === 0) {
    return visitMap(shape, { kind: "map", entries: [], source: node.source, start: node.start }, path, walk);
  }
  return visitScalar(shape, node, path, walk);
}

function orBad(value: unknown, path: Path, walk: Walk): unknown {
  if (value === undefined) walk.bad.push(path);
  return value;
}

function refusePlanned(key: YamlKey, path: Path, walk: Walk): void {
  walk.scope.findings.error({
    code: "CONFIG_NOT_YET",
    message: `${describePath([...path, key.text], walk.label)} is planned and not built yet`,
    suggestion: "leave it out for now",
    at: locationOf(key),
  });
}

function visitMap(shape: Shape, node: YamlMap, path: Path, walk: Walk): unknown {
  const { def } = shape;
  const result: Record<string, unknown> = {};
  const put = (key: string, value: unknown): void => {
    // An own property whatever the name: "__proto__" is a key like any other.
    Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
  };
  if (def.type === "object") {
    noteDefaults(def.shape, node, walk);
    const takesAny =
      def.catchall !== undefined && shapeOf(def.catchall).def.type !== "never" ? def.catchall : undefined;
    for (const { key, value } of node.entries) {
      const field = (Object.hasOwn(def.shape, key.text) ? def.shape[key.text] : undefined) ?? takesAny;
      if (field === undefined) reportUnknownKey(key, { fields: Object.keys(def.shape), path, walk });
      else if (shapeOf(field).facts.isPlanned === true) refusePlanned(key, path, walk);
      else if (isLeftEmpty(field, value, walk)) continue;
      else put(key.text, visit(field, value, [...path, key.text], walk));
    }
    return result;
  }
  for (const { key, value } of node.entries) {
    const inner = [...path, key.text];
    put(key.text, def.type === "record" ? visit(def.valueType, value, inner, walk) : plain(value, inner, walk));
  }
  return result;
}

/** `url: "${URL:-}"` where URL is not set: an optional field that variables leave empty is one that is not given. */
function isLeftEmpty(field: z.core.$ZodType, node: YamlNode, { scope }: Walk): boolean {
  if (node.kind !== "scalar" || typeof node.value !== "string") return false;
  if (shapeOf(field).facts.type === "expression" || !isEmptied(node.value, scope.variables)) return false;
  // as above
  return (field as z.ZodType).isOptional();
}

/** A connection that is used without being written counts as used. */
function noteDefaults(fields: Readonly<Record<string, z.core.$ZodType>>, node: YamlMap, walk: Walk): void {
  for (const [name, field] of Object.entries(fields)) {
    const { facts, hasDefault, defaultValue } = shapeOf(field);
    if (facts.connection === undefined || !hasDefault || typeof defaultValue !== "string") continue;
    if (node.entries.some((entry) => entry.key.text === name)) continue;
    walk.scope.connections.push({ name: defaultValue, at: walk.keyAt, kinds: facts.connection });
  }
}

function visitList({ def }: Shape, node: YamlList, path: Path, walk: Walk): unknown {
  return node.items.map((item, index) => {
    const inner = [...path, index];
    if (def.type === "array") return visit(def.element, item, inner, walk);
    const element = def.type === "tuple" ? (def.items[index] ?? def.rest ?? undefined) : undefined;
    return element === undefined ? plain(item, inner, walk) : visit(element, item, inner, walk);
  });
}

/** A value whose schema says nothing about its inside. */
function plain(node: YamlNode, path: Path, walk: Walk): unknown {
  const shape: Shape = { def: { type: "unknown" }, facts: {}, hasDefault: false };
  if (node.kind === "map") return visitMap(shape, node, path, walk);
  if (node.kind === "list") return visitList(shape, node, path, walk);
  return visitScalar(shape, node, path, walk);
}

function visitScalar(shape: Shape, node: YamlScalar, path: Path, walk: Walk): unknown {
  if (typeof node.value === "number" && losesDigits(node)) return refuseNumber(node, path, walk);
  if (typeof node.value !== "string") return node.value;
  const value = readText(shape, node, path, walk);
  if (typeof value === "string" && shape.facts.connection !== undefined) {
    walk.scope.connections.push({ name: value, at: locationOf(node), kinds: shape.facts.connection });
  }
  if (typeof value === "string" && shape.facts.isPipeline === true) {
    walk.scope.targets.push({ name: value, at: locationOf(node), kinds: [] });
  }
  return value;
}

function readText({ def, facts }: Shape, node: YamlScalar, path: Path, walk: Walk): unknown {
  const { scope } = walk;
  const { text, values, problems } = interpolate(String(node.value), scope.variables);
  for (const { code, message, suggestion, index } of problems) {
    scope.findings.error({ code, message, suggestion, at: node.source.locate(node.offsetOf(index)) });
  }
  if (problems.length > 0) {
    walk.bad.push(path);
    return undefined;
  }
  const isSecret = facts.isSecret === true;
  if (isSecret) noteSecret(scope.secrets, text);
  else noteSecretsIn(scope.secrets, text);
  const isNamedSecret = namesSecret(String(path.at(-1) ?? ""));
  if (isNamedSecret && path.at(-2) === "headers") noteHeader(scope.secrets, text);
  for (const value of values) {
    if (isSecret || isNamedSecret || value.isSecret) noteSecret(scope.secrets, value.text);
  }
  if (values.length === 0) return text;
  walk.interpolated.set(pathKey(path), { text, written: String(node.value) });
  return coerce(def, text);
}

/** The text of a variable, read as its field asks. */
function coerce(def: Shape["def"], text: string): unknown {
  if (def.type === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (def.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (def.type === "literal") return def.values.find((value) => String(value) === text) ?? text;
  return text;
}

function losesDigits(node: YamlScalar): boolean {
  const written = node.written;
  if (/^[-+]?[0-9]+$/.test(written)) return /^[-+]?0[0-9]/.test(written) || !Number.isSafeInteger(node.value);
  // Sixteen hexadecimal digits with an e among them: a device's id, not a power of ten.
  return /^[0-9]+e[0-9]+$/i.test(written) && (written.length >= 8 || written.startsWith("0"));
}

function refuseNumber(node: YamlScalar, path: Path, walk: Walk): undefined {
  walk.scope.findings.error({
    code: "CONFIG_VALUE_UNQUOTED",
    message: `${node.written} is a number in YAML and loses its digits (${String(node.value)})`,
    suggestion: `quote it: "${node.written}"`,
    at: locationOf(node),
  });
  walk.bad.push(path);
  return undefined;
}
