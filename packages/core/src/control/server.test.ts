import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf, controlServers } from "../testing/control-api.ts";
import { createControlClient } from "./client.ts";

const { inFolder, server } = controlServers({ beforeEach, afterEach });

test("only the owner may use the socket", async () => {
  const path = inFolder("control.sock");
  await server(path).open();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a path too long for a unix socket falls back to loopback on both sides", async () => {
  const path = inFolder("x".repeat(120), "control.sock");
  const where = await server(path).open();
  expect(where).toMatch(/^http:\/\/127\.0\.0\.1:\d+ \(token in /);
  expect((await stat(`${path}.json`)).mode & 0o777).toBe(0o600);
  expect((await createControlClient({ path }).version()).api).toBe(1);
});

test("a request on loopback without the token is refused", async () => {
  const path = inFolder("control.sock");
  await server(path, { platform: "win32" }).open();
  const endpoint = JSON.parse(await readFile(`${path}.json`, "utf8")) as { port: number; token: string };
  const base = `http://127.0.0.1:${endpoint.port}/v1/status`;
  const without = await fetch(base);
  expect(without.status).toBe(401);
  expect(await without.json()).toMatchObject({ code: "CONTROL_TOKEN_REFUSED" });
  const wrong = await fetch(base, { headers: { authorization: `Bearer ${"0".repeat(64)}` } });
  expect(wrong.status).toBe(401);
  const authorization = `Bearer ${endpoint.token}`;
  expect((await fetch(base, { headers: { authorization } })).status).toBe(200);
  expect((await fetch(base, { method: "POST", headers: { authorization } })).status).toBe(405);
  const unreadable = { method: "POST", headers: { authorization }, body: "{" };
  const refused = await fetch(new URL("/v1/dead-letters/purge", base), unreadable);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: "CONTROL_BODY_INVALID" });
  const elsewhere = await fetch(new URL("/v2/status", base), { headers: { authorization } });
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({ code: "CONTROL_PATH_UNKNOWN" });
});

test("the socket of a killed engine is replaced", async () => {
  const path = inFolder("control.sock");
  const script = `require("node:http").createServer().listen(${JSON.stringify(path)}, () => process.stdout.write("up"))`;
  const dead = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(dead.stdout, "data");
  dead.kill("SIGKILL");
  await once(dead, "exit");
  expect((await stat(path)).isSocket()).toBe(true);
  expect(await codeOf(createControlClient({ path }).status())).toBe("ENGINE_NOT_RUNNING");
  await server(path).open();
  expect((await createControlClient({ path }).status()).version).toBe("1.2.3");
});

test("the endpoint file of a dead engine is replaced, also when another program has its port", async () => {
  const path = inFolder("control.sock");
  const stranger = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as { port: number };
  await writeFile(`${path}.json`, JSON.stringify({ port, token: "old" }));
  await server(path, { platform: "win32" }).open();
  expect((await createControlClient({ path, platform: "win32" }).status()).version).toBe("1.2.3");
  stranger.close();
});

test("a file that is no socket is not deleted", async () => {
  const path = inFolder("notes.txt");
  await writeFile(path, "keep me");
  expect(await codeOf(server(path).open())).toBe("CONTROL_SOCKET_FAILED");
  expect(await readFile(path, "utf8")).toBe("keep me");
});

test("of two engines that start at once on a dead socket one is refused", async () => {
  const path = inFolder("control.sock");
  const script = `require("node:http").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", script]), "exit");
  const outcomes = await Promise.allSettled([server(path).open(), server(path).open(), server(path).open()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await createControlClient({ path }).status()).version).toBe("1.2.3");
});

test("someone who holds the socket and says nothing is not taken for a dead engine", async () => {
  const path = inFolder("control.sock");
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(path, resolve));
  const client = createControlClient({ path, timeoutMs: 50 });
  expect(await codeOf(client.status())).toBe("ENGINE_NOT_ANSWERING");
  expect(await codeOf(server(path).open())).toBe("ENGINE_ALREADY_RUNNING");
  mute.close();
  expect(dirname(path)).toBe(inFolder());
});
