// What a zod schema is under its wrappers, and which alternative of a union a YAML node means.
// Not here: walking a schema along a node (read-value.ts).

import type { z } from "zod";
import { fieldFacts, type FieldFacts } from "../component/fields.ts";
import { type YamlNode, type YamlMap, entryOf } from "./yaml/node.ts";

type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes["_zod"]["def"];

export interface Shape {
  /** The definition under optional, default, describe and the like. */
  readonly def: Def;
  readonly facts: FieldFacts;
  readonly hasDefault: boolean;
  readonly defaultValue?: unknown;
}

const shapes = new WeakMap<Schema, Shape>();

export function shapeOf(schema: Schema): Shape {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = unwrap(schema);
  shapes.set(schema, shape);
  return shape;
}

export function defOf(schema: Schema): Def {
  // classic schemas, all of zod's own types, carry it
  return (schema as unknown as { readonly def: Def }).def;
}

function unwrap(schema: Schema): Shape {
  const def = defOf(schema);
  const facts = fieldFacts.get(schema as z.ZodType) ?? {};
  if (facts.type !== undefined) return { def, facts, hasDefault: false };
  const inner = innerSchema(def);
  if (inner === undefined) return { def, facts, hasDefault: false };
  const shape = unwrap(inner);
  const merged = { ...shape, facts: { ...shape.facts, ...facts } };
  if (def.type !== "default" && def.type !== "prefault") return merged;
  return { ...merged, hasDefault: true, defaultValue: def.defaultValue };
}

function innerSchema(def: Def): Schema | undefined {
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
    case "nonoptional":
    case "readonly":
    case "catch":
      return def.innerType;
    case "lazy":
      return def.getter();
    case "pipe":
      // z.preprocess is a pipe that starts with a transform; what an author writes is described by its end.
      return defOf(def.in).type === "transform" ? def.out : def.in;
    default:
      return undefined;
  }
}

/** The index of the alternative `node` means: told by its YAML kind, and among mappings by their keys. */
export function pickOption(options: readonly Schema[], node: YamlNode): number {
  let best = 0;
  let bestFit = Number.NEGATIVE_INFINITY;
  for (const [index, option] of options.entries()) {
    const fit = fitOf(option, node);
    if (fit > bestFit) [best, bestFit] = [index, fit];
  }
  return best;
}

const wrongKind = -100;

function fitOf(schema: Schema, node: YamlNode): number {
  const { def, facts } = shapeOf(schema);
  if (def.type === "union") return Math.max(...def.options.map((option) => fitOf(option, node)));
  if (def.type === "unknown" || def.type === "any") return 0;
  if (node.kind === "map") return fitOfMap(def, facts, node);
  if (node.kind === "list") return def.type === "array" || def.type === "tuple" ? 10 : wrongKind;
  return fitOfScalar(def, facts, node.value);
}

function fitOfMap(def: Def, facts: FieldFacts, node: YamlMap): number {
  if (facts.type === "expression") return entryOf(node, "file") !== undefined && node.entries.length === 1 ? 20 : -10;
  if (def.type === "record") return 1;
  if (def.type !== "object") return wrongKind;
  let fit = 2;
  let known = 0;
  for (const { key, value } of node.entries) {
    const field = Object.hasOwn(def.shape, key.text) ? def.shape[key.text] : undefined;
    if (field === undefined) fit -= 1;
    else fit += 3 + discriminates(field, value);
    if (field !== undefined) known += 1;
  }
  // `transform: { "x": 17 }` is meant as an expression, not as a mapping of options with an unknown one.
  return known === 0 && node.entries.length > 0 ? -20 : fit;
}

/** A literal in one alternative tells it from the others, rightly or wrongly. */
function discriminates(field: Schema, value: YamlNode): number {
  const { def } = shapeOf(field);
  if (def.type !== "literal" || value.kind !== "scalar") return 0;
  return def.values.includes(value.value) ? 20 : -20;
}

function fitOfScalar(def: Def, facts: FieldFacts, value: string | number | boolean | null): number {
  if (def.type === "literal" && def.values.includes(value)) return 12;
  if (def.type === "enum" && Object.values(def.entries).includes(value as string)) return 12;
  if (typeof value === "string") return fitOfText(def, facts, value);
  if (value === null) return def.type === "null" ? 10 : wrongKind;
  if (def.type === typeof value) return 10;
  return isText(def, facts) ? 3 : wrongKind;
}

function fitOfText(def: Def, facts: FieldFacts, value: string): number {
  if (isText(def, facts)) return 10;
  if (def.type === "enum" || def.type === "literal") return 4;
  const isScalar = def.type === "number" || def.type === "boolean";
  if (!isScalar) return wrongKind;
  return value.includes("${") ? 8 : 2;
}

function isText(def: Def, facts: FieldFacts): boolean {
  return facts.type !== undefined || def.type === "string" || def.type === "template_literal";
}
