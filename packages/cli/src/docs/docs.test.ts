import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boundFunctions, parseProject } from "@signalbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { components, createProductRegistry } from "../components.ts";
import { createProgram, main } from "../program.ts";
import { captureIo } from "../testing/captured-io.ts";
import { anchorsOf, codeBlocks, linksOf } from "../testing/markdown.ts";
import { projectFolder } from "../testing/project.ts";
import { createRedaction } from "../run/redaction.ts";
import { referenceFiles } from "./reference.ts";

let project: Awaited<ReturnType<typeof projectFolder>>;

beforeAll(async () => {
  project = await projectFolder({});
});
afterAll(() => project.remove());

function reference(): ReturnType<typeof referenceFiles> {
  const registry = createProductRegistry();
  const redaction = createRedaction([]);
  const session = { io: captureIo({ cwd: project.dir }), registry, redaction, finish: () => undefined };
  return referenceFiles(registry, createProgram(session));
}

async function docs(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: project.dir });
  return { code: await main(["docs", ...args], io), out: io.out(), err: io.err() };
}

const text = (path: string): string => reference().find((file) => file.path === path)?.text ?? "";

describe("the reference", () => {
  test("is the same every time, and has a page for each component", () => {
    expect(reference()).toEqual(reference());
    const paths = reference().map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { kind, name } of components) expect(paths).toContain(`${kind}s/${name}.md`);
  });

  test("holds no machine's folder, no trailing blanks, one newline at the end", () => {
    const isUntidy = (text: string): boolean =>
      text.includes(process.cwd()) || /[ \t]$/m.test(text) || !/[^\n]\n$/.test(text);
    expect(reference().filter(({ text }) => isUntidy(text))).toEqual([]);
  });

  test("links lead to files of the reference and to headings in them", () => {
    const pages = new Map(reference().map(({ path, text }) => [path, text]));
    const links = [...pages].flatMap(([path, text]) => linksOf(text).map((target) => ({ path, target })));
    const own = links.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(own.length).toBeGreaterThan(components.length);
    expect(own.filter(({ path, target }) => !leads(pages, path, target))).toEqual([]);
  });

  test("a component's page tells its fields, their kinds, defaults and examples", () => {
    const page = text("sinks/http.md");
    expect(page).toContain("# `http` sink");
    expect(page).toMatch(/\| `url` \| text \| template \| \*required\* \| \S/);
    expect(page).toMatch(/```yaml sink\nhttp:/);
    expect(page).toContain("../pipeline.md#keys-of-a-sink");
  });

  test("every function of expressions is told, with a way to it, its signature and its examples", () => {
    const page = text("functions.md");
    for (const [name, { usage, signature, examples }] of Object.entries(boundFunctions)) {
      expect(page).toContain(`| [\`${usage}\`](#${name.toLowerCase()}) |`);
      const [section = ""] = page.split(`### $${name}\n`)[1]?.split("\n#") ?? [];
      expect(section).toContain(`Signature: \`${signature}\``);
      for (const { expression } of examples) expect(section).toContain(`| \`${expression}\` |`);
    }
    expect(anchorsOf(page)).toEqual(expect.arrayContaining(["hextobytes", "units-of-convert"]));
  });

  test("every code and every verb is told", () => {
    expect(text("errors.md")).toContain("### ENGINE_ALREADY_RUNNING\n\n");
    for (const verb of ["run", "validate", "docs"]) expect(text("cli.md")).toContain(`## signalbox ${verb}\n`);
    expect(text("cli.md")).toContain("| 3 | no engine runs here (ENGINE_NOT_RUNNING) |");
    expect(text("cli.md")).toMatch(
      /\| `--log <form>` \| .*\(auto, text, json\); else `SIGNALBOX_LOG`; default `auto` \|/,
    );
  });

  test("the examples of the pages about pipelines and settings are valid", () => {
    const blocks = (path: string): readonly string[] => codeBlocks(text(path)).map((block) => block.text);
    const pipelines = blocks("pipeline.md").map((yaml, index) => ({ path: `pipelines/${index}.yaml`, text: yaml }));
    const [settings = ""] = blocks("settings.md");
    const { findings, settings: read } = parseProject([{ path: "signalbox.yaml", text: settings }, ...pipelines], {
      registry: createProductRegistry(),
      env: { WAREHOUSE_URL: "postgres://localhost/warehouse" },
    });
    expect(findings).toEqual([]);
    expect(pipelines).toHaveLength(1);
    expect(read.http.host).toBe("0.0.0.0");
  });

  test("settings and pipeline keys are told with their defaults", () => {
    expect(text("settings.md")).toMatch(/\| `http\.port` \| whole number from 0 to 65535 \| literal \| `8081` \|/);
    expect(text("settings.md")).toContain("| `SIGNALBOX_HTTP_PORT` | `http.port` |");
    expect(text("pipeline.md")).toMatch(/\| `retry\.attempts` \| whole number from 1 to 1000 \| literal \| `10` \|/);
    expect(text("pipeline.md")).toMatch(/\| `when` \| JSONata or `\{ file \}` \| expression \|/);
  });
});

function leads(pages: ReadonlyMap<string, string>, from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const page = pages.get(file === "" ? from : join(from, "..", file));
  return page !== undefined && (anchor === undefined || anchorsOf(page).includes(anchor));
}

describe("docs --check", () => {
  test("fails until the reference is written, and again when a file is changed, added or gone", async () => {
    const before = await docs("--check");
    expect(before.code).toBe(1);
    expect(before.out).toContain("errors.md  missing");
    expect(before.err).toContain("DOCS_OUTDATED");

    expect((await docs()).code).toBe(0);
    expect(await docs("--check")).toMatchObject({ code: 0, out: "", err: "" });

    const folder = join(project.dir, "docs/reference");
    await appendFile(join(folder, "errors.md"), "an edit of ours\n");
    await writeFile(join(folder, "sinks/gone.md"), "of a sink that is no more");
    await rm(join(folder, "cli.md"));
    const after = await docs("--check");
    expect(after.code).toBe(1);
    expect(after.out.trim().split("\n").toSorted()).toEqual([
      "cli.md  missing",
      "errors.md  differs",
      "sinks/gone.md  left over",
    ]);

    expect((await docs()).err).toContain("3 of them changed");
    expect((await docs("--check")).code).toBe(0);
    expect(await readdir(join(folder, "sinks"))).not.toContain("gone.md");
    expect(await readFile(join(folder, "errors.md"), "utf8")).not.toContain("an edit of ours");
  });

  test("writes elsewhere when told to", async () => {
    expect((await docs("--out", "elsewhere")).code).toBe(0);
    expect((await docs("--check", "--out", "elsewhere")).code).toBe(0);
  });
});
