import { consoleOpenApi } from "@signalbox/console";
import type { ReferenceFile } from "./component-pages.ts";
import { generatedMark, page, table } from "./markdown.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface Document {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every path of the HTTP API, from the same document that programs read. */
export function httpApiPage(): ReferenceFile {
  // what consoleOpenApi makes, as far as it is shown
  const { info, paths } = consoleOpenApi() as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))].toSorted();
  const sections = tags.flatMap((tag) => [
    `## ${tag}`,
    ...operations.filter(({ operation }) => operation.tags.includes(tag)).flatMap(describe),
  ]);
  const text = page(
    generatedMark,
    "# HTTP API",
    info.description,
    "The console answers it, at http://localhost:8080 unless the settings say otherwise; `docs/guides/api.md` is its guide. " +
      "[openapi.json](openapi.json) says the same for programs, with the forms of all answers; a running engine serves it at `/api/openapi.json`.",
    sections,
  );
  return { path: "http-api.md", text };
}

function describe({ title, operation }: { readonly title: string; readonly operation: Operation }): readonly string[] {
  const { summary, description = "", parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  return [
    `### ${title}`,
    `${summary} ${description}`,
    parameters.length === 0 ? "" : table(["Parameter", "Type", "Default", "Description"], parameters.map(parameterRow)),
    body?.properties === undefined
      ? ""
      : table(["Field of the body", "Type", "Default", "Description"], fieldRows(body)),
    `Answers ${Object.entries(responses).map(answerOf).join("; ")}.`,
  ];
}

function parameterRow({ name, in: place, required, description = "", schema }: Parameter): readonly string[] {
  const about = place === "path" ? `In the path. ${description}` : description;
  return [`\`${name}\``, typeOf(schema), defaultOf(schema, required), about];
}

function fieldRows({ properties = {}, required = [] }: Schema): readonly (readonly string[])[] {
  return Object.entries(properties).map(([name, schema]) => {
    return [`\`${name}\``, typeOf(schema), defaultOf(schema, required.includes(name)), schema.description ?? ""];
  });
}

function typeOf({ type, enum: values }: Schema): string {
  return values === undefined ? (type ?? "any JSON") : values.map((value) => `\`${value}\``).join(", ");
}

function defaultOf({ default: value }: Schema, isRequired: boolean): string {
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  return isRequired ? "*required*" : "";
}

function answerOf([status, { description, content = {} }]: [string, Operation["responses"][string]]): string {
  if (status === "200") return content["text/event-stream"] === undefined ? "200" : "200, server-sent events";
  const codes = [...description.matchAll(/[A-Z]+_[A-Z_]+/g)].map(
    ([code]) => `[${code}](errors.md#${code.toLowerCase()})`,
  );
  return [status, ...codes].join(" ");
}
