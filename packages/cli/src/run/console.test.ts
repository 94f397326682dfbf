import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const quiet = "name: quiet\nsource: { pipeline: {} }\nsinks: [{ drop: {} }]\n";
const folders: { remove(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => folder.remove()));
});

async function run(settings: string, env: Readonly<Record<string, string>> = {}) {
  const folder = await projectFolder({ "signalbox.yaml": settings, "pipelines/a.yaml": quiet });
  folders.push(folder);
  const ports = { SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" };
  const io = captureIo({ cwd: folder.dir, env: { ...ports, ...env } });
  return { io, code: main(["run"], io) };
}

test("run says where its console is, and it answers while the engine runs", async () => {
  const { io, code } = await run("console: { port: 0 }\n");
  await io.until("out", "Signalbox runs.");
  const [, url = ""] = /console=(http:\/\/localhost:\d+)/.exec(io.out()) ?? [];
  expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: "alive", engine: "running" });
  io.signal("SIGTERM");
  expect(await code).toBe(0);
  await expect(fetch(`${url}/livez`)).rejects.toThrow("fetch failed");
});

test("a console that is turned off is off, whatever the environment says", async () => {
  const { io, code } = await run("console: false\n", { SIGNALBOX_CONSOLE_PORT: "0" });
  await io.until("out", "Signalbox runs.");
  expect(io.out()).toContain("console=off");
  io.signal("SIGTERM");
  expect(await code).toBe(0);
});

test("a port that was chosen and is taken ends the start, with what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { io, code } = await run(`console: { port: ${port} }\n`);
  expect(await code).toBe(2);
  expect(io.err()).toContain(`CONSOLE_PORT_TAKEN  the console cannot listen on 127.0.0.1:${port}`);
  expect(io.err()).toContain("console: false");
  other.close();
});

test("an address that other machines reach is refused before anything starts, with its place", async () => {
  const { io, code } = await run("version: 1\nconsole: { host: 0.0.0.0 }\n");
  expect(await code).toBe(1);
  expect(io.err()).toContain("signalbox.yaml:2:18  CONFIG_CONSOLE_EXPOSED");
});
