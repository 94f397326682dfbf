import { type FieldFacts, fieldFacts } from "@signalbox/core";
import { z } from "zod";

/** One field of a schema as the reference shows it. */
export interface FieldRow {
  /** `retry.attempts`, `subscribe[].asset`, `headers.*`; empty for the schema itself. */
  readonly path: string;
  /** What an author may write: `text`, `list of text`, `"a" | "b"`. */
  readonly type: string;
  /** How a text in it is read (dsl.md: three kinds of field). */
  readonly kind: "literal" | "expression" | "template";
  readonly isRequired: boolean;
  /** As an author would write it; undefined when there is none. */
  readonly default: unknown;
  readonly description: string;
  readonly facts: FieldFacts;
}

/** The parts of JSON Schema that zod makes of our schemas, with our facts beside them. */
interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly FieldSchema[];
  readonly oneOf?: readonly FieldSchema[];
  readonly allOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly prefixItems?: readonly FieldSchema[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: FieldSchema | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly facts?: FieldFacts;
}

/** Every field an author may write under `schema`, in the order of the schema, parents before children. */
export function fieldRows(schema: z.ZodType): readonly FieldRow[] {
  const json = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      // zod types this as its internal base
      const facts = fieldFacts.get(zodSchema as unknown as z.ZodType);
      if (facts !== undefined) Object.assign(jsonSchema, { facts });
    },
  });
  // JSON Schema as zod writes it, facts added above
  const root = json as FieldSchema;
  const isPlain = root.properties !== undefined && root.facts === undefined;
  const rows = isPlain ? childRows(root, "") : [rowOf(root, "", true), ...childRows(root, "")];
  return withoutTwins(rows);
}

function rowOf(schema: FieldSchema, path: string, isRequired: boolean): FieldRow {
  const facts = factsOf(schema);
  const kind = facts.type === "expression" || facts.type === "template" ? facts.type : "literal";
  const { description = "" } = schema;
  return { path, type: typeOf(schema), kind, isRequired, default: schema.default, description, facts };
}

/** The facts of the field, or those of the text it may be among alternatives, its items or its values. */
function factsOf(schema: FieldSchema): FieldFacts {
  if (schema.facts !== undefined) return schema.facts;
  const inner = [...alternatives(schema), ...(schema.items === undefined ? [] : [schema.items]), ...valuesOf(schema)];
  return inner.map(factsOf).find((facts) => Object.keys(facts).length > 0) ?? {};
}

function alternatives(schema: FieldSchema): readonly FieldSchema[] {
  return schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
}

function valuesOf({ additionalProperties }: FieldSchema): readonly FieldSchema[] {
  return typeof additionalProperties === "object" ? [additionalProperties] : [];
}

function childRows(schema: FieldSchema, path: string): readonly FieldRow[] {
  if (schema.facts?.type !== undefined) return [];
  const required = new Set(schema.required ?? []);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const childPath = path === "" ? name : `${path}.${name}`;
    return [rowOf(child, childPath, required.has(name)), ...childRows(child, childPath)];
  });
  return [
    ...own,
    ...alternatives(schema).flatMap((each) => childRows(each, path)),
    ...(schema.items === undefined ? [] : childRows(schema.items, `${path}[]`)),
    ...valuesOf(schema).flatMap((each) => childRows(each, path === "" ? "*" : `${path}.*`)),
  ];
}

/** Alternatives share fields (`topic` of each way to subscribe): told once where they say the same. */
function withoutTwins(rows: readonly FieldRow[]): readonly FieldRow[] {
  const seen = new Set<string>();
  return rows.filter(({ path, type, description }) => {
    const key = JSON.stringify([path, type, description]);
    return !seen.has(key) && seen.add(key);
  });
}

function typeOf(schema: FieldSchema): string {
  const { facts } = schema;
  if (facts?.isPlanned === true) return "planned";
  if (facts?.type === "expression") return "JSONata or `{ file }`";
  if (facts?.type === "template") return "text";
  if (facts?.type !== undefined) return facts.type;
  if (facts?.connection !== undefined) return `name of a connection (${facts.connection.join(", ")})`;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(" or ");
  const choices = alternatives(schema);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items === undefined ? "anything" : typeOf(schema.items)}`;
  if (schema.type === "object") return objectType(schema);
  return scalarType(schema);
}

function objectType(schema: FieldSchema): string {
  const [values] = valuesOf(schema);
  if (schema.properties === undefined && values !== undefined) return `mapping to ${typeOf(values)}`;
  const required = schema.required ?? [];
  return required.length > 0 ? `mapping with ${required.map((name) => `\`${name}\``).join(", ")}` : "mapping";
}

function scalarType(schema: FieldSchema): string {
  switch (schema.type) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "integer":
      return `whole number${rangeOf(schema)}`;
    case "number":
      return `number${rangeOf(schema)}`;
    case "null":
      return "null";
    default:
      return "anything";
  }
}

// zod writes the bounds of a safe integer where an author set none.
const isBound = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < 2 ** 53 - 1;

function rangeOf({ minimum, exclusiveMinimum, maximum }: FieldSchema): string {
  if (isBound(minimum) && isBound(maximum)) return ` from ${minimum} to ${maximum}`;
  if (isBound(minimum)) return `, at least ${minimum}`;
  if (isBound(exclusiveMinimum)) return `, above ${exclusiveMinimum}${isBound(maximum) ? `, at most ${maximum}` : ""}`;
  return isBound(maximum) ? `, at most ${maximum}` : "";
}

function literal(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
