import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo, type CapturedOptions } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const good = `name: heartbeat
description: Says that it lives.
source:
  generate: { every: 1s, body: '{ "alive": true }' }
steps:
  - filter: alive
sinks:
  - log: { level: info }
`;
const bad = `name: broken
source:
  generate: { evry: 1s }
sinks:
  - log: {}
`;

let project: Awaited<ReturnType<typeof projectFolder>>;
let healthy: Awaited<ReturnType<typeof projectFolder>>;

beforeAll(async () => {
  project = await projectFolder({ "pipelines/good.yaml": good, "pipelines/bad.yaml": bad });
  healthy = await projectFolder({ "pipelines/good.yaml": good });
});
afterAll(() => Promise.all([project.remove(), healthy.remove()]));

async function call(
  args: readonly string[],
  options: Partial<CapturedOptions> = {},
): Promise<{ code: number; io: CapturedIo }> {
  const io = captureIo({ cwd: project.dir, ...options });
  return { code: await main(args, io), io };
}

function json(io: CapturedIo): unknown {
  return JSON.parse(io.out());
}

describe("the command line", () => {
  test("says what it can do, on standard output when it is asked to", async () => {
    const { code, io } = await call(["--help"]);
    expect(code).toBe(0);
    for (const verb of [
      "run",
      "validate",
      "doctor",
      "list",
      "status",
      "reload",
      "schema",
      "docs",
      "simulate",
      "version",
    ]) {
      expect(io.out()).toContain(`  ${verb} `);
    }
    expect(io.err()).toBe("");
  });

  test.each(["run", "validate", "doctor", "list", "status", "dead-letters", "schema", "docs", "simulate", "version"])(
    "%s --help has examples and exit codes",
    async (verb) => {
      const { code, io } = await call([verb, "--help"]);
      expect(code).toBe(0);
      expect(io.out()).toMatch(/\nExamples:\n {2}\$ signalbox \S+/);
      expect(io.out()).toMatch(/\nExit codes:\n {2}0 {2}/);
    },
  );

  test("an unknown verb or option is wrong usage, and the near one is named", async () => {
    const verb = await call(["validat"]);
    expect(verb.code).toBe(2);
    expect(verb.io.err()).toContain("Did you mean validate?");
    const option = await call(["validate", "--jsn"]);
    expect(option.code).toBe(2);
    expect(option.io.err()).toContain("Did you mean --json?");
    expect(option.io.out()).toBe("");
    expect((await call(["list", "gadgets"])).code).toBe(2);
  });

  test("without a verb it says how it is used, and fails", async () => {
    const { code, io } = await call([]);
    expect(code).toBe(2);
    expect(io.err()).toContain("Usage: signalbox");
  });

  test("a project folder that is not there is trouble", async () => {
    const text = await call(["validate", "-C", "nowhere"]);
    expect(text.code).toBe(2);
    expect(text.io.err()).toContain("CLI_PROJECT_MISSING");
    const machine = await call(["validate", "--json", "-C", "nowhere"]);
    expect(json(machine.io)).toMatchObject({ error: { code: "CLI_PROJECT_MISSING" } });
  });
});

describe("version", () => {
  test("for people and for machines", async () => {
    const { code, io } = await call(["version"]);
    expect(code).toBe(0);
    expect(io.out()).toMatch(/^signalbox \d+\.\d+\.\d+ \(Node\.js v\d+/);
    const machine = await call(["version", "--json"]);
    expect(json(machine.io)).toEqual({
      signalbox: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      node: process.version,
      controlApi: 1,
    });
    expect((await call(["--version"])).code).toBe(0);
  });
});

describe("validate", () => {
  test("prints each finding on a line, a summary beside it, and exits with 1", async () => {
    const { code, io } = await call(["validate"]);
    expect(code).toBe(1);
    expect(io.out()).toMatch(
      /^pipelines\/bad\.yaml:3:15 {2}CONFIG_FIELD_UNKNOWN {2}.*"evry".*\(did you mean "every"\?\)/m,
    );
    expect(io.out()).not.toContain("\u001B");
    expect(io.err()).toBe(
      `1 of 2 pipelines can run, ${io.out().trim().split("\n").length} errors, 0 warnings.\n`.replace(
        "1 errors",
        "1 error",
      ),
    );
  });

  test("shows the place on a terminal, in colour unless NO_COLOR is set", async () => {
    const terminal = { columns: 100, rows: 30 };
    const plain = await call(["validate"], { terminal, env: { NO_COLOR: "1" } });
    expect(plain.io.out()).toContain("  3 |   generate: { evry: 1s }\n    |               ^");
    expect(plain.io.out()).not.toContain("\u001B");
    const coloured = await call(["validate"], { terminal });
    expect(coloured.io.out()).toContain("\u001B[31m");
    expect((await call(["validate"], { terminal, env: { TERM: "dumb" } })).io.out()).not.toContain("\u001B");
  });

  test("takes paths, from where it is called", async () => {
    const one = await call(["validate", "good.yaml", "-C", ".."], { cwd: `${project.dir}/pipelines` });
    expect(one.code).toBe(0);
    expect(one.io.err()).toContain("1 of 1 pipeline can run, 0 errors");
    expect((await call(["validate", "pipelines/bad.yaml"])).code).toBe(1);
  });

  test("--json is the whole answer on standard output", async () => {
    const { code, io } = await call(["validate", "--json"]);
    expect(code).toBe(1);
    expect(io.err()).toBe("");
    expect(json(io)).toMatchObject({
      documents: 2,
      pipelines: [{ name: "heartbeat", at: { file: "pipelines/good.yaml", line: 1 }, isEnabled: true }],
    });
    const { findings } = json(io) as { findings: unknown[] };
    expect(findings).toContainEqual({
      severity: "error",
      code: "CONFIG_FIELD_UNKNOWN",
      message: expect.stringContaining('"evry"') as string,
      suggestion: 'did you mean "every"?',
      at: { file: "pipelines/bad.yaml", line: 3, column: 15 },
    });
  });

  test("a project without a mistake exits with 0", async () => {
    const { code, io } = await call(["validate", "--json", "-C", healthy.dir]);
    expect(code).toBe(0);
    expect(json(io)).toMatchObject({ findings: [] });
  });
});

describe("list", () => {
  test("components, by kind", async () => {
    const { code, io } = await call(["list", "components"]);
    expect(code).toBe(0);
    expect(io.out()).toMatch(/^sources\n {2}akenza {2,}\S/);
    expect(io.out()).toMatch(/\n\nsinks\n {2}http {2,}\S/);
    const machine = json((await call(["list", "components", "--json"])).io) as {
      kind: string;
      name: string;
      summary: string;
    }[];
    expect(machine.find(({ kind, name }) => kind === "sink" && name === "akenzaDownlink")?.summary).toMatch(/\S/);
  });

  test("pipelines that can run; exits with 1 when files are left out", async () => {
    const { code, io } = await call(["list", "pipelines"]);
    expect(code).toBe(1);
    expect(io.out()).toBe("heartbeat  generate > filter > log  pipelines/good.yaml:1:1\n");
    expect(io.err()).toContain("signalbox validate");
    const machine = await call(["list", "pipelines", "--json", "-C", healthy.dir]);
    expect(machine.code).toBe(0);
    expect(json(machine.io)).toEqual([
      {
        name: "heartbeat",
        description: "Says that it lives.",
        at: { file: "pipelines/good.yaml", line: 1, column: 1 },
        hash: expect.stringMatching(/\S/) as string,
        isEnabled: true,
        source: "generate",
        steps: [{ name: "filter", component: "filter" }],
        sinks: [{ name: "log", component: "log" }],
      },
    ]);
  });
});

describe("status", () => {
  test("exits with 3 when no engine runs here", async () => {
    const text = await call(["status"]);
    expect(text.code).toBe(3);
    expect(text.io.err()).toContain("ENGINE_NOT_RUNNING");
    const machine = await call(["status", "--json"]);
    expect(machine.code).toBe(3);
    expect(json(machine.io)).toMatchObject({ error: { code: "ENGINE_NOT_RUNNING" } });
  });

  test("refuses a timeout that is no time", async () => {
    expect((await call(["status", "--timeout", "soon"])).code).toBe(2);
  });
});

describe("schema", () => {
  test("prints JSON Schema that names the components and the settings", async () => {
    const pipeline = await call(["schema"]);
    expect(pipeline.code).toBe(0);
    expect(JSON.stringify(json(pipeline.io))).toContain("akenzaDownlink");
    const settings = await call(["schema", "settings"]);
    expect(Object.keys((json(settings.io) as { properties: object }).properties)).toContain("shutdownTimeout");
    expect((await call(["schema", "nothing"])).code).toBe(2);
  });
});
