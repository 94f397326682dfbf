import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { formatLocation } from "../location.ts";
import { type TestProject, writeProject } from "../testing/project.ts";
import { sampleRegistry as registry } from "../testing/sample-registry.ts";
import { loadProject } from "./load.ts";

const pipeline = (name: string, sink = "drop: {}"): string =>
  `name: ${name}\nsource: { timer: { every: 5s } }\nsinks:\n  - ${sink}\n`;

let project: TestProject | undefined;
afterEach(() => project?.remove());

async function load(files: Readonly<Record<string, string | Uint8Array>>, paths?: readonly string[]) {
  project = await writeProject(files);
  const loaded = await loadProject({
    projectDir: project.dir,
    registry,
    env: {},
    ...(paths === undefined ? {} : { paths }),
  });
  return {
    ...loaded,
    names: loaded.pipelines.map(({ name }) => name),
    found: loaded.findings.map((finding) => `${formatLocation(finding.at)} ${finding.severity} ${finding.code}`),
  };
}

describe("which files are read", () => {
  test("pipelines/ with its sub-folders, sorted; tests, hidden and other files are not", async () => {
    const { names, found, documentCount } = await load({
      "pipelines/b.yaml": pipeline("b"),
      "pipelines/a.yml": `${pipeline("a")}---\n${pipeline("a2")}`,
      "pipelines/deep/er/c.yaml": pipeline("c"),
      "pipelines/a.test.yaml": "not: [a pipeline",
      "pipelines/notes.md": "# notes",
      "pipelines/.hidden/x.yaml": "not: [a pipeline",
      "pipelines/node_modules/x.yaml": "not: [a pipeline",
      "other/x.yaml": "not: [a pipeline",
    });
    expect({ names, found, documentCount }).toEqual({ names: ["a", "a2", "b", "c"], found: [], documentCount: 4 });
  });

  test("settings that cannot be read are told from a path they name in vain", async () => {
    const gone = await load({ "signalbox.yaml": "pipelines: [gone, a.yaml]\n", "a.yaml": pipeline("a") });
    expect(gone).toMatchObject({ names: ["a"], areSettingsGood: true });
    expect(gone.found).toHaveLength(1);
    await project?.remove();
    const folder = await load({ "signalbox.yaml/notes.md": "a folder", "pipelines/a.yaml": pipeline("a") });
    expect(folder).toMatchObject({ names: ["a"], areSettingsGood: false });
  });

  test("links to folders are followed, circles once", async () => {
    project = await writeProject({ "pipelines/a.yaml": pipeline("a"), "shared/b.yaml": pipeline("b") });
    await symlink("../shared", join(project.dir, "pipelines/shared"));
    await symlink("../pipelines", join(project.dir, "shared/back"));
    const { pipelines, findings } = await loadProject({ projectDir: project.dir, registry, env: {} });
    expect(findings).toEqual([]);
    expect(pipelines.map(({ name, at }) => `${name} ${at.file}`)).toEqual([
      "a pipelines/a.yaml",
      "b pipelines/shared/b.yaml",
    ]);
  });

  test("what signalbox.yaml names, folders and files, each once", async () => {
    const { names, found } = await load({
      "signalbox.yaml": "pipelines: [flows, flows/a.yaml, one.yaml, ., gone, flows/a.test.yaml]\n",
      "flows/a.yaml": pipeline("a"),
      "flows/a.test.yaml": "x",
      "one.yaml": pipeline("one"),
    });
    expect(names).toEqual(["a", "one"]);
    expect(found).toEqual([
      "signalbox.yaml:1:47 error CONFIG_PATH_MISSING",
      "signalbox.yaml:1:53 warning CONFIG_FILE_SKIPPED",
    ]);
  });

  test("what the caller names instead; targets in other files are only warned about", async () => {
    const files = { "pipelines/a.yaml": pipeline("a", "pipeline: b"), "pipelines/b.yaml": pipeline("b") };
    const { names, found } = await load(files, ["pipelines/a.yaml", "nowhere"]);
    expect(names).toEqual(["a"]);
    expect(found).toEqual([
      "nowhere:1:1 error CONFIG_PATH_MISSING",
      "pipelines/a.yaml:4:15 warning CONFIG_PIPELINE_UNKNOWN",
    ]);
  });

  test("a project of nothing at all is warned about", async () => {
    const { names, found } = await load({});
    expect({ names, found }).toEqual({ names: [], found: ["pipelines:1:1 warning CONFIG_PATH_MISSING"] });
  });
});

describe("files that cannot be read", () => {
  test("a bad file stops its own pipelines only", async () => {
    const { names, found } = await load({
      "pipelines/bad.yaml": `${pipeline("good-one")}---\n${pipeline("bad", "htp: {}")}`,
      "pipelines/good.yaml": pipeline("good"),
    });
    expect(names).toEqual(["good"]);
    expect(found).toEqual(["pipelines/bad.yaml:9:5 error CONFIG_COMPONENT_UNKNOWN"]);
  });

  test("a file that is not UTF-8 is told with its first bad byte", async () => {
    const latin = Buffer.from("name: a\ndescription: é", "latin1");
    const longer = Buffer.concat([Buffer.from("# ü😀\n".repeat(300)), Buffer.from([0xc3, 0x28])]);
    const { found, names } = await load({
      "pipelines/latin.yaml": latin,
      "pipelines/longer.yaml": longer,
      "pipelines/cut.yaml": Buffer.from("# 😀").subarray(0, 5),
      "pipelines/wide.yaml": Buffer.from("\ufeffname: a", "utf16le"),
      "pipelines/zgood.yaml": pipeline("good"),
    });
    expect(names).toEqual(["good"]);
    expect(found).toEqual([
      "pipelines/cut.yaml:1:3 error CONFIG_FILE_ENCODING",
      "pipelines/latin.yaml:2:14 error CONFIG_FILE_ENCODING",
      "pipelines/longer.yaml:301:1 error CONFIG_FILE_ENCODING",
      "pipelines/wide.yaml:1:1 error CONFIG_FILE_ENCODING",
    ]);
  });

  test("a huge file is refused before it is read", async () => {
    const { found } = await load({ "pipelines/huge.yaml": "# ".padEnd(1024 * 1024 + 1, "x") });
    expect(found).toEqual(["pipelines/huge.yaml:1:1 error CONFIG_FILE_TOO_LARGE"]);
  });

  test("links that lead nowhere, and to what is no file", async () => {
    project = await writeProject({ "pipelines/good.yaml": pipeline("good") });
    await symlink("nowhere.yaml", join(project.dir, "pipelines/dangling.yaml"));
    await symlink("/dev/zero", join(project.dir, "pipelines/endless.yaml"));
    const { findings, pipelines } = await loadProject({ projectDir: project.dir, registry, env: {} });
    expect(findings.map(({ at, code, message }) => `${at.file} ${code} ${message}`)).toEqual([
      "pipelines/dangling.yaml CONFIG_FILE_UNREADABLE the file cannot be read: it does not exist",
      "pipelines/endless.yaml CONFIG_FILE_UNREADABLE the file cannot be read: it is not a file",
    ]);
    expect(pipelines).toHaveLength(1);
  });

  test("signalbox.yaml that is a folder is a finding", async () => {
    const { found } = await load({ "signalbox.yaml/x": "", "pipelines/a.yaml": pipeline("a") });
    expect(found).toEqual(["signalbox.yaml:1:1 error CONFIG_FILE_UNREADABLE"]);
  });
});

describe("files beside the pipelines", () => {
  test("expressions and secrets are read from the project folder", async () => {
    const { names, found, secrets } = await load({
      "pipelines/a.yaml": `name: a
source: { timer: { every: 5s } }
steps: [{ transform: { file: expressions/air.jsonata } }]
sinks: [{ http: { url: "https://x", token: "\${file:secrets/token}" } }]
`,
      "expressions/air.jsonata": '{ "a": b }\n',
      "secrets/token": "swordfish\n",
    });
    expect({ names, found, secrets }).toEqual({ names: ["a"], found: [], secrets: ["swordfish"] });
  });

  test("an expression file that is missing, too large or not UTF-8 says so", async () => {
    const { findings } = await load({
      "pipelines/a.yaml": `name: a
source: { timer: { every: 5s } }
steps:
  - transform: { file: none.jsonata }
  - transform: { file: huge.jsonata }
  - transform: { file: latin.jsonata }
  - transform: { file: pipelines }
sinks: [{ drop: {} }]
`,
      "huge.jsonata": " ".repeat(1024 * 1024 + 1),
      "latin.jsonata": Buffer.from("é", "latin1"),
    });
    expect(findings.map(({ code, at }) => `${at.line}:${at.column} ${code}`)).toEqual([
      "4:24 CONFIG_FILE_UNREADABLE",
      "5:24 CONFIG_FILE_UNREADABLE",
      "6:24 CONFIG_FILE_UNREADABLE",
      "7:24 CONFIG_FILE_UNREADABLE",
    ]);
    expect(findings.map(({ message }) => message.split(": ")[1])).toEqual([
      "it does not exist",
      "it has more than 1048576 bytes",
      "it is not UTF-8",
      "it is not a file",
    ]);
  });
});
