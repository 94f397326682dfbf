// The OpenAPI document of the control API, from its routes. Not here: the routes (routes.ts).
import { z } from "zod";
import type { ErrorCode } from "../errors/codes.ts";
import { refusal } from "./answers.ts";
import { statusOf } from "./problem.ts";
import type { Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiOptions {
  readonly routes: readonly Route[];
  /** What the paths begin with. */
  readonly prefix: string;
  /** Paths beside the routes, as OpenAPI has them. */
  readonly morePaths?: Json;
}

/** OpenAPI 3.1. The same routes give the same document. */
export function openApi({ routes, prefix, morePaths = {} }: OpenApiOptions): Json {
  const schemas = new Schemas();
  const refused = schemas.of(refusal, "output");
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `${prefix}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas, refused) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Signalbox",
      version: "1",
      description:
        "What a running engine tells, and what can be done with it. `/v1` only grows: fields and paths may come, none goes " +
        "and none changes its meaning. Refusals have a `code` that is stable, and a `message` that is not.",
    },
    servers: [{ url: "http://localhost:8080" }],
    security: [{ token: [] }, { session: [], csrf: [] }, {}],
    paths: { ...paths, ...morePaths },
    components: { schemas: schemas.all(), securitySchemes },
  };
}

const securitySchemes: Json = {
  token: { type: "http", scheme: "bearer", description: "One of `console.tokens`." },
  session: { type: "apiKey", in: "cookie", name: "signalbox", description: "From `POST /api/login`." },
  csrf: { type: "apiKey", in: "header", name: "X-Signalbox-Csrf", description: "Of the session, for every POST." },
};

/** What every route may answer beside its own. */
const always = ["CONTROL_QUERY_INVALID", "CONSOLE_LOGIN_NEEDED", "CONTROL_ROLE_REFUSED", "STORE_UNREACHABLE"] as const;

function operationOf(route: Route, schemas: Schemas, refused: Json): Json {
  const { method, path, summary, description, role, query, body, answer, isStream, codes = [] } = route;
  const parameters = [...pathParameters(path), ...queryParameters(schemas.of(query, "input"))];
  const told = schemas.of(answer, "output");
  return {
    operationId: operationIdOf(route),
    tags: [path.split("/")[2] ?? ""],
    summary,
    description: [description, `For ${role === "viewer" ? "viewers and operators" : "operators"}.`]
      .filter((each) => each !== undefined)
      .join(" "),
    "x-role": role,
    ...(parameters.length > 0 && { parameters }),
    ...(method === "POST" && { requestBody: { required: true, content: jsonOf(schemas.of(body, "input")) } }),
    responses: {
      "200": isStream === true ? streamOf(told) : { description: "The answer.", content: jsonOf(told) },
      ...refusalsOf([...always, ...(method === "POST" ? (["CONTROL_BODY_INVALID"] as const) : []), ...codes], refused),
    },
  };
}

/** `getSchedulesTicks`, `postCommandsCancel`. */
function operationIdOf({ method, path }: Pick<Route, "method" | "path">): string {
  const words = path
    .split("/")
    .slice(2)
    .flatMap((segment) => (segment.startsWith("{") ? ["one"] : segment.split("-")));
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function pathParameters(path: string): readonly Json[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ properties = {}, required = [] }: Json): readonly Json[] {
  return Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => {
    const { description, ...rest } = schema;
    const isRequired = (required as readonly string[]).includes(name);
    return { name, in: "query", required: isRequired, ...(description !== undefined && { description }), schema: rest };
  });
}

function streamOf(told: Json): Json {
  return {
    description: "Server-sent events: `data` is JSON of this form; `event: end` says that there will be no more.",
    content: { "text/event-stream": { schema: told } },
  };
}

function refusalsOf(codes: readonly ErrorCode[], refused: Json): Json {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const status = statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].toSorted(([a], [b]) => a - b);
  return Object.fromEntries(
    entries.map(([status, found]) => [String(status), { description: found.join(", "), content: jsonOf(refused) }]),
  );
}

function jsonOf(schema: Json): Json {
  return { "application/json": { schema } };
}

/** JSON Schemas of zod's; those with a name are kept once, and referred to. */
class Schemas {
  readonly #named = new Map<string, unknown>();

  of(schema: z.ZodType, io: "input" | "output"): Json {
    const { $schema: _, $defs = {}, ...made } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
    for (const [name, each] of Object.entries($defs)) if (!isAnonymous(name)) this.#named.set(name, referring(each));
    return referring(made) as Json;
  }

  all(): Json {
    return Object.fromEntries([...this.#named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** What zod has named itself, because it goes in a circle: any JSON. */
function isAnonymous(name: string): boolean {
  return name.startsWith("__schema");
}

const definition = "#/$defs/";

/** The same with references to where the document keeps what they refer to. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    if (key !== "$ref" || typeof each !== "string" || !each.startsWith(definition)) return [[key, referring(each)]];
    const name = each.slice(definition.length);
    return isAnonymous(name) ? [] : [[key, `#/components/schemas/${name}`]];
  });
  return Object.fromEntries(entries);
}
