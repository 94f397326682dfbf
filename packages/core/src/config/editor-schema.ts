// JSON Schemas for editors, from the same definitions that validate: one object with all component keys, of which one
// is required. Not here: the finer checks (names, references), which editors cannot make.

import { z } from "zod";
import type { ComponentKind } from "../component/definition.ts";
import { fieldFacts, type FieldFacts } from "../component/fields.ts";
import type { Registry } from "../registry.ts";
import { pipelineKeys, sinkKeys, stepKeys } from "./pipeline-keys.ts";
import { defOf } from "./schema-shape.ts";
import { settingsKeys } from "./settings-keys.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** The schema of a pipeline document, for the components of `registry`. */
export function pipelineSchema(registry: Registry): JsonSchema {
  const own = objectSchema(pipelineKeys);
  return {
    $schema: dialect,
    title: "Signalbox pipeline",
    ...own,
    properties: {
      ...own.properties,
      source: { ...itemSchema("source", registry), description: "Where messages come from." },
      steps: {
        type: "array",
        items: itemSchema("step", registry, stepKeys),
        description: "What filters and changes them, in order.",
      },
      sinks: {
        type: "array",
        minItems: 1,
        items: itemSchema("sink", registry, sinkKeys),
        description: "Where they go, independently of one another.",
      },
    },
    required: [...(own.required ?? []), "source", "sinks"],
  };
}

/** The schema of signalbox.yaml. */
export function settingsSchema(registry: Registry): JsonSchema {
  const own = objectSchema(settingsKeys);
  const connections: JsonSchema = {
    type: "object",
    additionalProperties: itemSchema("connection", registry),
    description: "What several components share, by name.",
  };
  return {
    $schema: dialect,
    title: "Signalbox settings",
    ...own,
    properties: { ...own.properties, connections },
  };
}

function itemSchema(kind: ComponentKind, registry: Registry, common?: z.ZodObject): JsonSchema {
  const definitions = registry.all.filter((definition) => definition.kind === kind);
  const properties: Record<string, JsonSchema> = {};
  for (const { name, schema, summary } of definitions) {
    properties[name] = { ...orEmpty(fieldSchema(schema)), description: summary };
  }
  return {
    type: "object",
    properties: { ...properties, ...(common === undefined ? {} : objectSchema(common).properties) },
    additionalProperties: false,
    oneOf: definitions.map(({ name }) => ({ required: [name] })),
  };
}

/** `drop:` with nothing behind it is `drop: {}`. */
function orEmpty(schema: JsonSchema): JsonSchema {
  const needsNothing = schema.type === "object" && (schema.required ?? []).length === 0;
  return needsNothing ? { ...schema, type: ["object", "null"] as unknown as "object" } : schema;
}

function objectSchema(schema: z.ZodObject): JsonSchema {
  return fieldSchema(schema);
}

function fieldSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => describeField(zodSchema, jsonSchema),
  });
  return json;
}

const interpolated: JsonSchema = { type: "string", pattern: "\\$\\{.+\\}", description: "A variable: ${NAME}." };

/** Gives the fields their forms beyond zod's own: what an author writes, not what the parser makes of it. */
function describeField(schema: z.core.$ZodTypes, json: JsonSchema): void {
  const facts = fieldFacts.get(schema as unknown as z.ZodType);
  const def = defOf(schema);
  if (facts?.isPlanned === true) json.not = {};
  if (facts?.type !== undefined) replace(json, formOf(facts.type));
  else if (def.type === "number" || def.type === "boolean")
    replace(json, { anyOf: [numberOrFlag(json), interpolated] });
  else if (def.type === "object" && def.catchall === undefined) json.additionalProperties = false;
}

function numberOrFlag(json: JsonSchema): JsonSchema {
  const { description: _, default: __, ...form } = json;
  return form;
}

function replace(json: JsonSchema, form: JsonSchema): void {
  const { description, default: fallback } = json;
  for (const key of Object.keys(json)) delete json[key as keyof JsonSchema];
  Object.assign(
    json,
    form,
    description === undefined ? {} : { description },
    fallback === undefined ? {} : { default: fallback },
  );
}

function formOf(type: NonNullable<FieldFacts["type"]>): JsonSchema {
  switch (type) {
    case "expression":
      return { anyOf: [{ type: "string", minLength: 1 }, expressionFile] };
    case "template":
      return { type: "string" };
    case "duration":
      return { type: "string", pattern: "^(?:(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+|.*\\$\\{.+\\}.*)$" };
    case "size":
      return { type: "string", pattern: "^(?:\\d+(?:\\.\\d+)?(?:B|kB|MB|GB|KiB|MiB|GiB)|.*\\$\\{.+\\}.*)$" };
  }
}

const expressionFile: JsonSchema = {
  type: "object",
  properties: { file: { type: "string", description: "A file of JSONata; its path starts at the project folder." } },
  required: ["file"],
  additionalProperties: false,
};
