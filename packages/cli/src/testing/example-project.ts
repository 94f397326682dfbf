// A project around an example of a page or definition: what stands around an item, and what it may lean on.
import type { ComponentKind } from "@signalbox/core";

export interface ProjectText {
  readonly path: string;
  readonly text: string;
}

/** What an example is of: `name` is the component's, where it is known. */
export interface Example {
  readonly kind: ComponentKind;
  readonly name?: string;
  readonly yaml: string;
}

/** A project in which the example stands where an author would put it; the pipeline or connection is called `example`. */
export function projectWith({ kind, name = "", yaml }: Example): readonly ProjectText[] {
  const settings = [
    "connections:",
    ...(kind === "connection" ? ["  example:", ...indented(yaml, 4)] : []),
    ...[...connectionNames(yaml, name)].map((each) => `  ${each}: { postgres: { url: "postgres://localhost/x" } }`),
  ];
  const source = kind === "source" ? indented(yaml, 2) : ["  generate: { every: 1s }"];
  const steps = kind === "step" ? ["steps:", ...listItem(yaml)] : [];
  const sinks = kind === "sink" ? listItem(yaml) : ["  - drop: {}"];
  const pipeline = ["name: example", "source:", ...source, ...steps, "sinks:", ...sinks].join("\n");
  const target = "name: TARGET\nsource:\n  pipeline: {}\nsinks:\n  - drop: {}";
  const targets = [...yaml.matchAll(/(?:pipeline|target): "?([\w-]+)"?/g)].map(([, each = ""]) => each);
  const documents = [pipeline, ...targets.map((each) => target.replace("TARGET", each))];
  return [
    { path: "signalbox.yaml", text: settings.length > 1 ? settings.join("\n") : "version: 1" },
    { path: "pipelines/example.yaml", text: documents.join("\n---\n") },
  ];
}

/** A value for every variable the example names: examples show how addresses and secrets are given. */
export function environmentOf(yaml: string, component = ""): Readonly<Record<string, string>> {
  const names = [...yaml.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => [name, valueFor(name, component)]);
  return { AKENZA_API_KEY: "0123456789abcdef.key", ...Object.fromEntries(names) };
}

function connectionNames(yaml: string, component: string): ReadonlySet<string> {
  const names = [...yaml.matchAll(/connection: "?([\w-]+)"?/g)].map(([, name = ""]) => name);
  return new Set(
    names.filter((name) => name !== "akenza" && !component.startsWith("akenza")).concat(sqlConnections(yaml)),
  );
}

function sqlConnections(yaml: string): readonly string[] {
  return [...yaml.matchAll(/sql:\s*\{[^}]*connection: "?([\w-]+)"?/g)].map(([, name = ""]) => name);
}

function valueFor(name: string, component: string): string {
  if (/PORT/.test(name)) return "8443";
  if (/DEVICE|ASSET|TAG|ROOM/.test(name)) return "02d2327fedce2128";
  if (/TOKEN/.test(name)) return `${name.toLowerCase()}-0123456789`;
  if (!/URL|PROXY/.test(name)) return "value";
  return component === "postgres" || /WAREHOUSE|DATABASE/.test(name)
    ? "postgres://localhost/example"
    : "https://example.com";
}

function indented(yaml: string, blanks: number): readonly string[] {
  return yaml
    .trim()
    .split("\n")
    .map((line) => " ".repeat(blanks) + line);
}

function listItem(yaml: string): readonly string[] {
  return indented(yaml, 4).map((line, index) => (index === 0 ? `  - ${line.trimStart()}` : line));
}
