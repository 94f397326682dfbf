import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { missingServer, startRedis, type TestServer } from "@signalbox/core/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo, type CapturedOptions } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const beat = `name: heartbeat
source:
  generate: { every: 1s, body: '{ "alive": true }' }
sinks:
  - file: { path: data/beat.ndjson }
`;
const setback = `name: setback
source:
  schedule: { every: 1s }
sinks:
  - akenzaDownlink: { devices: ["02cccccccccccccc"], lorawan: { port: 2, payload: '{ "setTargetTemperature": 17 }' } }
`;
const broken = `name: broken
source:
  generate: { evry: 1s }
sinks:
  - log: {}
`;

// Ports of the operating system's choice: other tests run beside this one.
const ports = { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" };
const folders: { remove(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => folder.remove()));
});

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await projectFolder(files);
  folders.push(folder);
  return folder.dir;
}

interface Call {
  readonly io: CapturedIo;
  readonly code: Promise<number>;
}

function call(args: readonly string[], options: CapturedOptions): Call {
  const io = captureIo({ ...options, env: { ...ports, ...options.env } });
  return { io, code: main(args, io) };
}

/** Rejects with what was said when the run ends before `text` was. */
async function says({ io, code }: Call, text: string, stream: "out" | "err" = "out"): Promise<void> {
  const ended = code.then((exitCode) => {
    throw new Error(`ended with ${exitCode} before it said "${text}":\n${io.out()}\n${io.err()}`);
  });
  await Promise.race([io.until(stream, text), ended]);
}

describe("what is not run", () => {
  test("a project without pipelines", async () => {
    const { io, code } = call(["run"], { cwd: await project({ "signalbox.yaml": "version: 1" }) });
    expect(await code).toBe(2);
    expect(io.err()).toContain("CLI_PROJECT_EMPTY");
  });

  test("nothing but broken files", async () => {
    const { io, code } = call(["run"], { cwd: await project({ "pipelines/bad.yaml": broken }) });
    expect(await code).toBe(1);
    expect(io.err()).toMatch(/^pipelines\/bad\.yaml:3:15 {2}CONFIG_FIELD_UNKNOWN/m);
  });

  test("good pipelines under settings that cannot be read: they might run on the wrong store", async () => {
    const files = { "signalbox.yaml": "stoer: { redis: {} }", "pipelines/a.yaml": beat };
    const { io, code } = call(["run"], { cwd: await project(files) });
    expect(await code).toBe(1);
    expect(io.err()).toContain("signalbox.yaml:1:1");
  });

  test("anything, with --check: it says what would run", async () => {
    const cwd = await project({ "pipelines/a.yaml": beat, "pipelines/bad.yaml": broken });
    const both = call(["run", "--check"], { cwd });
    expect(await both.code).toBe(1);
    expect(both.io.err()).toContain("1 pipeline would run.");
    const one = call(["run", "--check", "pipelines/a.yaml"], { cwd });
    expect(await one.code).toBe(0);
    expect(existsSync(join(cwd, ".signalbox"))).toBe(false);
  });
});

// A skip bears its reason in the report of the tests.
const missing = missingServer("redis");
const stores = [
  { store: "embedded", isMissing: false, name: "the embedded store" },
  { store: "redis", isMissing: missing !== undefined, name: missing ?? "Redis" },
] as const;

// A limit against hanging, not a promise: the first start of an embedded store takes its time on a busy machine.
describe.each(stores)("run on $name", { timeout: 120_000 }, ({ store, isMissing }) => {
  let server: TestServer | undefined;

  beforeAll(async () => {
    if (store === "redis" && !isMissing) server = await startRedis();
  });
  afterAll(() => server?.stop());

  const env = (): Readonly<Record<string, string>> => (server === undefined ? {} : { REDIS_URL: server.url });

  test.skipIf(isMissing)("routes messages, answers to status, refuses a second one, stops", async () => {
    const cwd = await project({ "pipelines/a.yaml": beat });
    const run = call(["run", "--summary", "200ms"], { cwd, env: env() });
    await says(run, "a simulated akenza with 20 devices stands in at http://127.0.0.1:");
    await says(run, "delivered=1");

    const status = call(["status", "--json"], { cwd, env: env() });
    expect(await status.code).toBe(0);
    const answered = JSON.parse(status.io.out()) as { state: string; pipelines: { name: string; state: string }[] };
    expect(answered.pipelines).toMatchObject([{ name: "heartbeat", state: "running" }]);
    const forPeople = call(["status"], { cwd, env: env() });
    expect(await forPeople.code).toBe(0);
    expect(forPeople.io.out()).toMatch(/\* heartbeat .*\n {2}generate > file/);

    const second = call(["run"], { cwd, env: env() });
    expect(await second.code).toBe(2);
    expect(second.io.err()).toContain(
      `ENGINE_ALREADY_RUNNING  an engine of this project runs already (process ${process.pid})`,
    );

    run.io.signal("SIGTERM");
    expect(await run.code).toBe(0);
    expect(run.io.out()).toContain("Signalbox stops. signal=SIGTERM");
    expect((await readFile(join(cwd, "data/beat.ndjson"), "utf8")).split("\n")[0]).toBe('{"alive":true}');
    expect(await call(["status"], { cwd, env: env() }).code).toBe(3);
  });

  test.skipIf(isMissing)(
    "runs the good files, says what is wrong with the bad, and shows it all on a terminal",
    async () => {
      const cwd = await project({
        "pipelines/a.yaml": beat,
        "pipelines/b.yaml": setback,
        "pipelines/bad.yaml": broken,
      });
      const run = call(["run"], { cwd, env: { ...env(), NO_COLOR: "1" }, terminal: { columns: 110, rows: 40 } });
      await says(run, "* heartbeat");
      await says(run, "* setback");
      await says(run, "rejected");
      expect(run.io.err()).toMatch(/^pipelines\/bad\.yaml:3:15 {2}CONFIG_FIELD_UNKNOWN[^]*\^/m);
      expect(run.io.out()).toContain("1 pipeline with errors left out: signalbox validate");
      expect(run.io.out()).toContain("No AKENZA_API_KEY is set: a simulated akenza");
      expect(run.io.out()).toMatch(/next ticks \(.*\)\n {2}setback /);
      run.io.signal("SIGINT");
      expect(await run.code).toBe(0);
      expect(run.io.out()).not.toContain("INFO");
    },
  );

  test.skipIf(isMissing)("logs JSON lines on request: findings, commands, ticks", async () => {
    const cwd = await project({ "pipelines/b.yaml": setback, "pipelines/bad.yaml": broken });
    const run = call(["run", "--log", "json", "--log-level", "debug"], { cwd, env: env() });
    await says(run, "A tick ran.");
    await says(run, "A command was rejected.");
    run.io.signal("SIGINT");
    expect(await run.code).toBe(0);
    expect(run.io.err()).toBe("");
    const lines = run.io
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const isWhole = (line: Record<string, unknown>): boolean =>
      ["level", "time", "msg"].every((key) => typeof line[key] === "string");
    expect(lines.filter((line) => !isWhole(line))).toEqual([]);
    const line = (msg: string): unknown => lines.find((each) => each["msg"] === msg);
    const finding = lines.find(({ code }) => code === "CONFIG_FIELD_UNKNOWN");
    expect(finding).toMatchObject({
      level: "error",
      at: "pipelines/bad.yaml:3:15",
      suggestion: 'did you mean "every"?',
    });
    expect(line("A command is queued.")).toMatchObject({ pipeline: "setback", device: "02cccccccccccccc" });
    expect(line("A schedule waits.")).toMatchObject({ pipeline: "setback", plan: "every 1s" });
  });

  test.skipIf(isMissing)(
    "parks at a stop what a sink does not take in time, says so, and shows no secret",
    async () => {
      const hanging = createServer(() => undefined);
      await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
      const { port } = hanging.address() as AddressInfo;
      const http = `{ url: "http://127.0.0.1:${port}/in?key=\${TOKEN}", auth: { bearer: "\${TOKEN}" } }`;
      const slow = `name: slow\nsource:\n  generate: { every: 1s, count: 1 }\nsinks:\n  - http: ${http}\n`;
      const refused = slow.replace("slow", "refused").replace(String(port), "1");
      const files = { "signalbox.yaml": "shutdownTimeout: 400ms", "pipelines/a.yaml": `${slow}---\n${refused}` };
      const cwd = await project(files);
      const settings = { cwd, env: { ...env(), TOKEN: "hunter2hunter2" } };
      const run = call(["run", "--log-level", "debug", "--summary", "100ms"], settings);
      const asked = once(hanging, "request");
      await says(run, "pipeline=refused received=1 discarded=0 delivered=0 parked=1");
      await asked;
      const status = call(["status", "--json"], settings);
      expect(await status.code).toBe(0);
      expect(status.io.out()).toContain("http://127.0.0.1:1/in");
      run.io.signal("SIGTERM");
      expect(await run.code).toBe(1);
      expect(run.io.out()).toContain("pipeline=slow received=1 discarded=0 delivered=0 parked=1");
      expect(status.io.out() + run.io.out() + run.io.err()).not.toContain("hunter2");
      hanging.closeAllConnections();
      hanging.close();
    },
  );
});

test("a store that does not answer is trouble, and said with its code", async () => {
  const cwd = await project({ "pipelines/a.yaml": beat });
  const { io, code } = call(["run"], { cwd, env: { REDIS_URL: "redis://user:hunter2@127.0.0.1:1" } });
  expect(await code).toBe(2);
  expect(io.err()).toContain("STORE_UNREACHABLE");
  expect(io.err() + io.out()).not.toContain("hunter2");
  expect(existsSync(join(cwd, ".signalbox/control.sock"))).toBe(false);
});
