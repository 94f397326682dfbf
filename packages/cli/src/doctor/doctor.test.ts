// The whole verb: a project in a folder, real servers, and what is said of them.
import { chmod, readdir, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createSimulator } from "@signalbox/akenza-simulator";
import { missingServer, startRedis } from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedOptions } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";
import type { Diagnosis } from "./check.ts";

const quiet = "name: quiet\nsource: { generate: { every: 1h } }\nsinks: [{ drop: {} }]\n";
const ports = "http: { port: 0 }\nconsole: { port: 0 }\n";
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const { dir, remove } = await projectFolder({ "signalbox.yaml": ports, "pipelines/a.yaml": quiet, ...files });
  ends.push(remove);
  return dir;
}

async function doctor(cwd: string, env: CapturedOptions["env"] = {}) {
  const io = captureIo({ cwd, env: { SIGNALBOX_SIMULATOR_PORT: "0", ...env } });
  const code = await main(["doctor", "--json"], io);
  const { checks } = JSON.parse(io.out()) as { checks: readonly Diagnosis[] };
  const of = (subject: string): Diagnosis | undefined => checks.find((each) => each.subject.startsWith(subject));
  return { code, checks, of, text: io.out() };
}

async function listening(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

test("a good project: nothing is wrong, each line says what was seen, and nothing is made", async () => {
  const cwd = await folder({});
  const { code, checks } = await doctor(cwd);
  expect(code).toBe(0);
  expect(checks.filter(({ status }) => status === "error")).toEqual([]);
  expect(checks.filter(({ subject, found }) => subject === "" || found === "")).toEqual([]);
  expect(checks.filter(({ status, advice = "" }) => status === "warning" && !advice.endsWith("."))).toEqual([]);
  expect([...new Set(checks.map(({ group }) => group))]).toEqual([
    "engine",
    "machine",
    "ports",
    "store",
    "connections",
    "folders",
    "files",
  ]);
  expect((await readdir(cwd)).toSorted()).toEqual(["pipelines", "signalbox.yaml"]);
  const io = captureIo({ cwd });
  await main(["doctor"], io);
  expect(io.out()).toMatch(/^ {2}ok {6}/m);
  expect(io.out()).not.toContain("\u001B");
  expect(io.out()).toMatch(/\d+ ok, \d+ to look at, 0 wrong, \d+ skipped\.\n$/);
});

test("a port that another program holds is an error, one that nobody chose a warning", async () => {
  const { port } = await listening();
  const chosen = await doctor(
    await folder({ "signalbox.yaml": `http: { port: ${port} }\nconsole: { port: ${port} }\n` }),
  );
  expect(chosen.code).toBe(1);
  expect(chosen.of("webhooks")).toMatchObject({ status: "error", found: "held by another program" });
  expect(chosen.of("console")).toMatchObject({
    status: "error",
    advice: expect.stringContaining("console.port") as string,
  });
  const off = await doctor(await folder({ "signalbox.yaml": "http: { port: 0 }\nconsole: false\n" }));
  expect(off.of("console")).toMatchObject({ status: "skipped" });
});

test("a folder that cannot be written, and a broken pipeline", async () => {
  const sink = "[{ file: { path: 'data/out.ndjson' } }]";
  const cwd = await folder({
    data: "a file in the way",
    "pipelines/a.yaml": `name: a\nsource: { generate: { every: 1h } }\nsinks: ${sink}\n`,
    "pipelines/b.yaml": "name: b\nsource: { generate: { evry: 1s } }\nsinks: [{ drop: {} }]\n",
  });
  const { code, of } = await doctor(cwd);
  expect(code).toBe(1);
  expect(of("folder data")).toMatchObject({ status: "error", found: expect.stringContaining("ENOTDIR") as string });
  expect(of("signalbox.yaml and pipelines")).toMatchObject({
    status: "error",
    found: expect.stringMatching(
      /^1 of 2 pipelines can run, .*first: pipelines\/b\.yaml:2:23 CONFIG_FIELD_UNKNOWN/,
    ) as string,
  });
});

test("with broken settings the store is not looked at: it might be another one", async () => {
  const { code, of } = await doctor(await folder({ "signalbox.yaml": `${ports}store: { redsi: {} }\n` }));
  expect(code).toBe(1);
  expect(of("store")).toMatchObject({ status: "skipped", found: "signalbox.yaml has errors" });
});

test("files with secrets that everybody may read are named, the secrets are not", async () => {
  const hook = "source: { webhook: { path: /in, auth: { bearer: hunter2hunter2 } } }";
  const cwd = await folder({ "pipelines/a.yaml": `name: a\n${hook}\nsinks: [{ drop: {} }]\n` });
  await writeFile(join(cwd, ".env"), "AKENZA_API_KEY=sesame-sesame\n", { mode: 0o644 });
  await chmod(join(cwd, "pipelines/a.yaml"), 0o644);
  const open = await doctor(cwd);
  expect(open.of("files with secrets")).toMatchObject({
    status: "warning",
    found: "every user of this machine may read .env, pipelines/a.yaml",
  });
  for (const file of [".env", "pipelines/a.yaml"]) await chmod(join(cwd, file), 0o600);
  const shut = await doctor(cwd);
  expect(shut.of("files with secrets")).toMatchObject({
    status: "ok",
    found: expect.stringMatching(/^2 files/) as string,
  });
  for (const { text } of [open, shut]) expect(text).not.toMatch(/hunter2|sesame/);
});

test("a running engine holds what it holds rightly", { timeout: 120_000 }, async () => {
  const settings = `http: { port: ${(await freed()).port} }\nconsole: { port: ${(await freed()).port} }\n`;
  const cwd = await folder({ "signalbox.yaml": settings });
  const io = captureIo({ cwd, env: { SIGNALBOX_SIMULATOR_PORT: "0" } });
  const run = main(["run"], io);
  await io.until("out", "Signalbox runs.");
  const { code, of, checks } = await doctor(cwd);
  io.signal("SIGTERM");
  await run;
  expect(checks.filter(({ status }) => status === "error")).toEqual([]);
  expect(code).toBe(0);
  expect(of("engine of this project")?.found).toMatch(/^running, process \d+/);
  for (const subject of ["webhooks", "console", "lock of the embedded store"]) {
    expect(of(subject)).toMatchObject({
      status: "ok",
      found: expect.stringContaining("this project's engine") as string,
    });
  }
});

async function freed(): Promise<{ readonly port: number }> {
  const { port, server } = await listening();
  server.close();
  await once(server, "close");
  return { port };
}

test("a refused akenza key is an error, and what pipelines need decides what is asked", async () => {
  const simulator = await createSimulator({});
  ends.push(() => simulator.close());
  const send = "sinks: [{ akenzaDownlink: { devices: ['02cccccccccccccc'], lorawan: { port: 2 } } }]";
  const cwd = await folder({ "pipelines/b.yaml": `name: b\nsource: { generate: { every: 1h } }\n${send}\n` });
  const env = { AKENZA_BASE_URL: simulator.url };
  const refused = await doctor(cwd, { ...env, AKENZA_API_KEY: "wrong-0123456789" });
  expect(refused.code).toBe(1);
  expect(refused.of("key for akenza")?.found).toContain("AKENZA_AUTH_REFUSED");
  expect(refused.text).not.toContain("wrong-0123456789");
  const taken = await doctor(cwd, { ...env, AKENZA_API_KEY: simulator.apiKey });
  expect(taken.of("downlinks")).toMatchObject({ status: "ok" });
  expect(taken.of("WebSocket")).toMatchObject({ status: "ok" });
  const without = await doctor(await folder({}), { ...env, AKENZA_API_KEY: simulator.apiKey });
  expect(without.of("downlinks")).toMatchObject({ status: "skipped" });
});

test.skipIf(missingServer("redis") !== undefined)(
  "a Redis with bad settings is a warning, without its password",
  async () => {
    const server = await startRedis({ appendonly: "no", requirepass: "hunter2hunter2" });
    ends.push(() => server.stop());
    const url = server.url.replace("//", "//:hunter2hunter2@");
    const { code, of, text } = await doctor(await folder({}), { REDIS_URL: url });
    expect(code).toBe(0);
    expect(of("durability")).toMatchObject({ status: "warning", advice: "Set `appendonly yes`." });
    const wrong = await doctor(await folder({}), { REDIS_URL: url.replace("hunter2hunter2", "hunter3hunter3") });
    expect(wrong.code).toBe(1);
    expect(`${text}${wrong.text}`).not.toMatch(/hunter/);
  },
);
