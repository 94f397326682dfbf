import { fieldFacts, parseProject } from "@signalbox/core";
import { describe, expect, test } from "vitest";
import { components, createProductRegistry } from "./components.ts";
import { fieldRows } from "./docs/field-rows.ts";
import { environmentOf, projectWith } from "./testing/example-project.ts";

const registry = createProductRegistry();
const named = components.map((definition) => [`${definition.kind} ${definition.name}`, definition] as const);

test("names are unique within a kind, and look like YAML keys", () => {
  expect(new Set(named.map(([name]) => name)).size).toBe(components.length);
  for (const { name } of components) expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
});

describe.each(named)("%s", (_name, definition) => {
  test("says in a line and at length what it does", () => {
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    expect(definition.summary).not.toContain("\n");
    expect(definition.description.trim().length).toBeGreaterThan(80);
    expect(definition.examples.length).toBeGreaterThan(0);
  });

  test("describes every field", () => {
    const silent = fieldRows(definition.schema).filter(({ description }) => description.trim() === "");
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test.each(definition.examples)("example: $title", ({ yaml }) => {
    const { findings, pipelines, settings } = parseProject(projectWith({ ...definition, yaml }), {
      registry,
      // Examples show how secrets are given; whatever variable they name has a value here.
      env: environmentOf(yaml, definition.name),
      readText: () => "true",
    });
    expect(findings).toEqual([]);
    const made = definition.kind === "connection" ? settings.connections : pipelines;
    expect(made.map(({ name }) => name)).toContain("example");
  });
});

test("facts of secret fields survive the wrappers around them", () => {
  const secrets = components.flatMap((each) =>
    fieldRows(each.schema)
      .filter(({ facts }) => facts.isSecret === true)
      .map(({ path }) => `${each.name}.${path}`),
  );
  expect(secrets).toEqual(expect.arrayContaining(["akenza.apiKey", "akenza.accessToken", "postgres.url"]));
  expect(fieldFacts.get(registry.connection("akenza")?.schema as never)).toBeUndefined();
});
