// The documentation, README and container files as a reader uses them: examples, links, commands, pipelines.
// Not here: the generated reference against the definitions (docs.test.ts).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ComponentKind, formatLocation, loadProject, parseProject, type Project } from "@signalbox/core";
import { describe, expect, test } from "vitest";
import { createProductRegistry } from "../components.ts";
import { createProgram } from "../program.ts";
import { createRedaction } from "../run/redaction.ts";
import { standInUrl, withStandIn } from "../stand-in-env.ts";
import { captureIo } from "../testing/captured-io.ts";
import { environmentOf, projectWith } from "../testing/example-project.ts";
import { anchorsOf, type CodeBlock, codeBlocks, codeOf, linksOf } from "../testing/markdown.ts";
import { kinds } from "./component-pages.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const registry = createProductRegistry();

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => join(folder, path));
}

const atRoot = readdirSync(root).filter((path) => path.endsWith(".md"));
const ofPackages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
const written = [...atRoot, ...filesBelow("docs", ".md"), ...ofPackages.filter((path) => existsSync(join(root, path)))];
const pages = new Map(written.toSorted().map((path) => [path, readFileSync(join(root, path), "utf8")]));

function eachOf<T>(of: (page: string) => readonly T[]): readonly { readonly path: string; readonly found: T }[] {
  return [...pages].flatMap(([path, page]) => of(page).map((found) => ({ path, found })));
}

function findingsOf({ findings }: Pick<Project, "findings">): readonly string[] {
  return findings.map(({ at, code, message }) => `${formatLocation(at)} ${code} ${message}`);
}

describe("YAML in the documentation", () => {
  const blocks = eachOf(codeBlocks).filter(({ found }) => /^ya?ml$/i.test(found.language));

  test("says of what it is an example", () => {
    const known: readonly string[] = ["pipeline", "settings", ...kinds];
    const silent = blocks.filter(({ found }) => !known.includes(found.kind));
    expect(silent.map(({ path, found }) => `${path}:${found.line}`)).toEqual([]);
    for (const kind of known) expect(blocks.map(({ found }) => found.kind)).toContain(kind);
  });

  test.each(blocks.map(({ path, found }) => [`${path}:${found.line}`, path, found] as const))(
    "%s is valid",
    (_place, path, block) => {
      const env = environmentOf(block.text, block.text.startsWith("postgres:") ? "postgres" : "");
      const files = filesFor(path, block);
      const project = parseProject(files, { registry, env, projectDir: root, readText: textFor });
      expect(findingsOf(project)).toEqual([]);
      expect(madeOf(project, block)).not.toEqual([]);
    },
  );

  /** Files hold expressions, and secrets. */
  function textFor(path: string): string {
    return path.startsWith("/run/secrets/") ? `${path}-0123456789` : "true";
  }

  function madeOf({ pipelines, settings }: Project, { kind }: CodeBlock): readonly unknown[] {
    if (kind === "settings") return [settings];
    return kind === "connection" ? settings.connections.filter(({ name }) => name === "example") : pipelines;
  }

  /** A pipeline stands in a project with the settings that its page shows; an item has a pipeline made around it. */
  function filesFor(path: string, { kind, text }: CodeBlock): ReturnType<typeof projectWith> {
    if (kind === "settings") return [{ path: "signalbox.yaml", text }];
    if (kind !== "pipeline") {
      const [name = ""] = text.split(":");
      return projectWith({ kind: kind as ComponentKind, name, yaml: text });
    }
    const settings = blocks.find((each) => each.path === path && each.found.kind === "settings");
    const ownSettings = settings?.found.text ?? readFileSync(join(root, "signalbox.yaml"), "utf8");
    return [
      { path: "signalbox.yaml", text: ownSettings },
      { path: "pipelines/example.yaml", text },
    ];
  }
});

test("every link leads somewhere", () => {
  const own = eachOf(linksOf).filter(({ found }) => !/^[a-z]+:/.test(found));
  expect(own.length).toBeGreaterThan(50);
  const broken = own.filter(({ path, found }) => {
    const [file = "", anchor] = found.split("#");
    const target = file === "" ? path : relative(root, resolve(root, dirname(path), file));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(pages.get(target) ?? "").includes(anchor);
  });
  expect(broken.map(({ path, found }) => `${path}: ${found}`)).toEqual([]);
});

describe("commands in the documentation", () => {
  const redaction = createRedaction([]);
  const { command } = createProgram({ io: captureIo({ cwd: root }), registry, redaction, finish: () => undefined });
  const calls = eachOf(codeOf).flatMap(({ path, found }) =>
    [...found.matchAll(/(?:^|pnpm(?:@12)? |\$ )signalbox ((?:-\w \S+ )*)([a-z][\w-]*)([^|;#`]*)/g)].map(
      ([call, , verb = "", rest = ""]) => ({ place: `${path}: ${call.trim()}`, verb, rest }),
    ),
  );

  test("name verbs and options that exist", () => {
    expect(calls.length).toBeGreaterThan(30);
    const wrong = calls.filter(({ verb, rest }) => {
      const outer = command.commands.find((each) => each.name() === verb);
      const [below = ""] = rest.trim().split(" ");
      // A verb with verbs below it may be spoken of as a whole.
      const isWhole = outer?.commands.length === 0 || below === "" || below.startsWith("[");
      const known = isWhole ? outer : outer?.commands.find((each) => each.name() === below);
      const options = [...command.options, ...(known?.options ?? [])].flatMap(({ long, short }) => [long, short]);
      return known === undefined || [...rest.matchAll(/(?<=\s)--?[a-z][\w-]*/gi)].some(([it]) => !options.includes(it));
    });
    expect(wrong.map(({ place }) => place)).toEqual([]);
  });

  test("name scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const known = [...Object.keys(scripts), "install", "run", "exec", "deploy"];
    const named = eachOf(codeOf).flatMap(({ path, found }) =>
      [...found.matchAll(/(?:^|npx -y |&& )pnpm(?:@12)? ([a-z][\w:-]*)/g)].map(([, script = ""]) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ script }) => !known.includes(script))).toEqual([]);
  });
});

describe("pipelines/", () => {
  const load = async (): Promise<Project> => {
    const { settings } = parseProject([], { registry, env: {}, projectDir: root });
    return await loadProject({ projectDir: root, registry, env: await withStandIn({}, standInUrl(settings)) });
  };

  test("is valid as it stands, without any setting", async () => {
    const project = await load();
    expect(findingsOf(project)).toEqual([]);
    expect(project.pipelines).toHaveLength(project.documentCount);
    expect(new Set(project.pipelines.map(({ at }) => at.file)).size).toBeGreaterThanOrEqual(6);
  });
});

test("each rule of delivery.md that holds has tests under its number, or says where they are", () => {
  const page = pages.get("docs/delivery.md") ?? "";
  const rules = page.split(/^## (?=\d)/m).slice(1);
  const tests = filesBelow("packages", ".ts").filter((path) => /\.test\.ts$|\/testing\//.test(path));
  const all = tests.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
  const untested = rules.filter((rule) => {
    const number = Number.parseInt(rule, 10);
    const named = [...(rule.split("Tested in")[1] ?? "").matchAll(/`(packages\/[^`]+)`/g)].map(([, path = ""]) => path);
    const isNamed = named.length > 0 && named.every((path) => tests.includes(path));
    return /\*\*Holds/.test(rule) && !isNamed && !new RegExp(`["\`']D${number} `).test(all);
  });
  expect(rules).toHaveLength(16);
  expect(untested.map((rule) => rule.split("\n")[0])).toEqual([]);
});
