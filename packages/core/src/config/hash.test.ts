import { describe, expect, test } from "vitest";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

const base = `name: a
source: { timer: { every: 5s } }
steps:
  - filter: a > 1
sinks:
  - http: { url: "https://{{ a }}/\${HOST}", headers: { x: y, z: w }, token: "\${TOKEN}" }
    timeout: 5s
  - sql: { connection: orders }
vars: { a: 1, b: [1, 2] }
`;
const settings = "connections: { orders: { database: { url: pg } }, other: { database: { url: pg } } }\n";
const env = { HOST: "h", TOKEN: "secret-1" };

function hashOf(
  text: string,
  given: { env?: Record<string, string>; settings?: string; expression?: string } = {},
): string {
  const files = [
    { path: "signalbox.yaml", text: given.settings ?? settings },
    { path: "pipelines/a.yaml", text },
    { path: "air.jsonata", text: given.expression ?? "a" },
  ];
  const { pipelines, findings } = parseProject(files, {
    registry: sampleRegistry,
    env: { ...env, ...given.env },
    projectDir: "/project",
  });
  expect(findings).toEqual([]);
  return pipelines[0]?.hash ?? "";
}

const first = hashOf(base);

describe("a pipeline's hash", () => {
  test("is 32 hexadecimal digits", () => {
    expect(first).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, string]>([
    ["comments and blank lines", `# hello\n\n${base.replace("steps:", "steps: # what\n")}`],
    ["another file ending", base.replaceAll("\n", "\r\n")],
    ["block style for flow style", base.replace("{ timer: { every: 5s } }", "\n  timer:\n    every: '5s'")],
    [
      "the order of keys",
      base.replace("{ x: y, z: w }", "{ z: w, x: y }").replace("{ a: 1, b: [1, 2] }", "{ b: [1, 2], a: 1 }"),
    ],
    ["another description", `${base}description: else\n`],
    ["another quote", base.replace("- filter: a > 1", '- filter: "a > 1"')],
  ])("stays with %s", (_, text) => {
    expect(hashOf(text)).toBe(first);
  });

  test.each<[string, string]>([
    ["name", base.replace("name: a", "name: b")],
    ["source", base.replace("5s } }", "6s } }")],
    ["expression", base.replace("a > 1", "a > 2")],
    ["template's hole", base.replace("{{ a }}", "{{ b }}")],
    ["template's text", base.replace("https", "http")],
    ["field", base.replace("x: y", "x: q")],
    ["common key", base.replace("timeout: 5s", "timeout: 6s")],
    ["var", base.replace("a: 1", "a: 2")],
    ["order of a list", base.replace("[1, 2]", "[2, 1]")],
    ["kind of a value", base.replace("a: 1", 'a: "1"')],
    ["further step", base.replace("  - filter: a > 1\n", "  - filter: a > 1\n  - filter: a > 1\n")],
    ["key", `${base}enabled: false\n`],
  ])("changes with its %s", (_, text) => {
    expect(hashOf(text)).not.toBe(first);
  });

  test("changes with variables, secrets, expression files and the connections it uses, not with others", () => {
    const withFile = base.replace("filter: a > 1", "transform: { file: air.jsonata }");
    expect(hashOf(base, { env: { HOST: "g" } })).not.toBe(first);
    expect(hashOf(base, { env: { TOKEN: "secret-2" } })).not.toBe(first);
    expect(hashOf(base, { env: { UNUSED: "x" } })).toBe(first);
    expect(hashOf(withFile, { expression: "b" })).not.toBe(hashOf(withFile));
    expect(hashOf(base, { settings: settings.replace("url: pg }", "url: pq }") })).not.toBe(first);
    expect(
      hashOf(base, { settings: settings.replace("other: { database: { url: pg }", "other: { database: { url: pq }") }),
    ).toBe(first);
  });
});
