import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "./testing/project.ts";

// The built command, as people run it: `tsc -b` comes before the tests in every script that runs them.
const binary = fileURLToPath(new URL("../dist/main.js", import.meta.url));

let project: Awaited<ReturnType<typeof projectFolder>>;

beforeAll(async () => {
  if (!existsSync(binary)) throw new Error(`build first: ${binary} is not there`);
  const pipeline = "name: beat\nsource:\n  generate: { every: 1s }\nsinks:\n  - drop: {}\n";
  project = await projectFolder({ "pipelines/a.yaml": pipeline });
});
afterAll(() => project.remove());

const env = {
  PATH: process.env["PATH"],
  SIGNALBOX_CONSOLE_PORT: "0",
  SIGNALBOX_HTTP_PORT: "0",
  SIGNALBOX_SIMULATOR_PORT: "0",
};

function started(...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [binary, ...args], { cwd: project.dir, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Everything the stream gives until it holds `text`, or until it ends. */
async function until(stream: Readable, text: string): Promise<string> {
  let all = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    all += String(chunk);
    if (all.includes(text)) return all;
  }
  return all;
}

test("exit codes reach the shell", () => {
  const exit = (...args: readonly string[]): number | null =>
    spawnSync(process.execPath, [binary, ...args], { cwd: project.dir, env }).status;
  expect(exit("validate")).toBe(0);
  expect(exit("validat")).toBe(2);
  expect(exit("status")).toBe(3);
});

test("run stops on SIGTERM with 0 and leaves no socket behind", { timeout: 120_000 }, async () => {
  const child = started("run");
  const exited = once(child, "exit");
  expect(await until(child.stdout, "Signalbox runs.")).toContain("Signalbox runs.");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  expect(existsSync(`${project.dir}/.signalbox/control.sock`)).toBe(false);
});

test("simulate says where it listens and stops on SIGINT", async () => {
  const child = started("simulate", "--port", "0", "--json", "--seed", "7", "--devices", "valve=2,door=1");
  const exited = once(child, "exit");
  const { url, apiKey, devices } = JSON.parse(await until(child.stdout, "\n")) as Record<string, string>;
  expect(devices).toBe(3);
  const answer = await fetch(`${url}/v3/devices`, { headers: { "x-api-key": apiKey ?? "" } });
  expect(answer.status).toBe(200);
  child.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
});

test("a reader that goes away does not make it fail loudly", async () => {
  const child = started("list", "components");
  const exited = once(child, "exit");
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([until(child.stderr, "never said"), exited]);
  expect(said).toBe("");
  expect(code).toBe(0);
});
