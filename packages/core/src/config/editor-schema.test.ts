import { describe, expect, test } from "vitest";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { type JsonSchema, pipelineSchema, settingsSchema } from "./editor-schema.ts";

const pipeline = pipelineSchema(sampleRegistry);
const settings = settingsSchema(sampleRegistry);

function at(schema: JsonSchema, ...path: readonly string[]): JsonSchema {
  let found: unknown = schema;
  for (const key of path) found = (found as Record<string, unknown>)[key];
  if (found === undefined) throw new Error(`nothing at ${path.join(".")}`);
  return found as JsonSchema;
}

const sinks = at(pipeline, "properties", "sinks", "items");
const http = at(sinks, "properties", "http", "properties");

describe("the schema of a pipeline", () => {
  test("is one object with all component keys, of which one is required", () => {
    expect(Object.keys(sinks.properties ?? {})).toEqual([
      "http",
      "sql",
      "pipeline",
      "drop",
      "name",
      "when",
      "transform",
      "batch",
      "retry",
      "timeout",
      "breaker",
      "maxInFlight",
      "parked",
    ]);
    expect(sinks.oneOf).toEqual(["http", "sql", "pipeline", "drop"].map((name) => ({ required: [name] })));
    expect(sinks.additionalProperties).toBe(false);
    expect(Object.keys(at(pipeline, "properties", "source").properties ?? {})).toEqual(["events", "timer", "pipeline"]);
    expect(pipeline.required).toEqual(["name", "source", "sinks"]);
    expect(pipeline.additionalProperties).toBe(false);
  });

  test("types what an author writes, not what the parser makes of it", () => {
    const expression = { anyOf: [{ type: "string" }, { type: "object", required: ["file"] }] };
    expect(at(pipeline, "properties", "steps", "items", "properties", "filter")).toMatchObject(expression);
    expect(at(sinks, "properties", "when")).toMatchObject(expression);
    expect(http["url"]).toEqual({ type: "string", description: "Where to." });
    expect(http["method"]).toMatchObject({ enum: ["GET", "POST", "PUT"], default: "POST" });
    expect(http["headers"]).toMatchObject({ type: "object", additionalProperties: { type: "string" } });
    expect(at(sinks, "properties", "http").required).toEqual(["url"]);
  });

  test("durations and sizes have units, numbers and flags may be variables", () => {
    const duration = new RegExp(String((http["keep"] as JsonSchema).pattern));
    expect(["30s", "1h30m", "1.5d", "${KEEP}", "${N}s"].every((text) => duration.test(text))).toBe(true);
    expect(["30", "s", "30 s", "5min"].some((text) => duration.test(text))).toBe(false);
    const size = new RegExp(String((http["bodyLimit"] as JsonSchema).pattern));
    expect(["64kB", "4MiB", "${SIZE}"].every((text) => size.test(text))).toBe(true);
    expect(["64", "4M"].some((text) => size.test(text))).toBe(false);
    expect(http["keep"]).toMatchObject({ default: "30s", description: "Keep-alive." });
    expect(http["port"]).toMatchObject({
      anyOf: [{ type: "integer", minimum: 1, maximum: 65_535 }, { pattern: "\\$\\{.+\\}" }],
    });
    expect(http["secure"]).toMatchObject({ default: true, anyOf: [{ type: "boolean" }, { type: "string" }] });
  });

  test("planned words are refused, and say so", () => {
    expect(at(pipeline, "properties", "source", "properties", "timer", "properties", "overlap")).toMatchObject({
      not: {},
    });
  });

  test("a component that needs nothing may be left empty", () => {
    expect(at(sinks, "properties", "drop").type).toEqual(["object", "null"]);
    expect(at(sinks, "properties", "http").type).toBe("object");
  });

  test("every own key is described", () => {
    for (const [name, schema] of Object.entries(pipeline.properties ?? {})) {
      expect([name, (schema as JsonSchema).description]).toEqual([name, expect.stringMatching(/\.$/)]);
    }
  });
});

describe("the schema of the settings", () => {
  test("holds the connections of the registry by name", () => {
    const connection = at(settings, "properties", "connections", "additionalProperties");
    expect(connection.oneOf).toEqual([{ required: ["events"] }, { required: ["database"] }]);
    expect(at(connection, "properties", "database").required).toEqual(["url"]);
  });

  test("has a default or a description for everything, and is strict", () => {
    expect(settings.required ?? []).toEqual([]);
    expect(settings.additionalProperties).toBe(false);
    expect(at(settings, "properties", "http", "additionalProperties")).toBe(false);
    for (const schema of Object.values(settings.properties ?? {}))
      expect((schema as JsonSchema).description).toBeTruthy();
  });
});
