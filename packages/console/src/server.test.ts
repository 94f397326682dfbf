import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createServer } from "node:http";
import { createRecordingLogger } from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { fedPipeline, getAs, makeConsole, type OpenConsole, openConsole } from "./testing/open-console.ts";

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(...args: Parameters<typeof openConsole>): Promise<OpenConsole> {
  const console = await openConsole(...args);
  opened.push(console);
  return console;
}

/** Sends text as it is; answers everything that came back once the other side has ended it. */
async function talk(url: string, text: string): Promise<string> {
  const socket: Socket = connect(Number(new URL(url).port), "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return heard;
}

test("answers at the address it names, says who it is, and that it lives", async () => {
  const { url } = await start(fedPipeline);
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
  expect(await (await fetch(url)).json()).toMatchObject({ product: "Signalbox", version: "test", state: "running" });
  const answer = await fetch(`${url}/livez`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: "alive", engine: "running" }]);
});

test("every answer forbids to frame, sniff, store and load from elsewhere, a refusal too", async () => {
  const { url } = await start(fedPipeline);
  for (const path of ["/livez", "/nothing"]) {
    const { headers } = await fetch(`${url}${path}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  }
});

test.each(["/nothing", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/livez/..%2fsecret"])(
  "%s is no path",
  async (path) => {
    const { url } = await start(fedPipeline);
    const heard = await talk(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 404 /);
    expect(heard).toContain("CONSOLE_PATH_UNKNOWN");
  },
);

test.each(["evil.example.org", "evil.example.org:8080", "127.0.0.1.nip.io", "192.168.1.9:8080"])(
  "a request for the host %j is refused: another site's page may have made it",
  async (host) => {
    const { url } = await start(fedPipeline);
    const { status, body } = await getAs(`${url}/livez`, host);
    expect([status, JSON.parse(body)]).toMatchObject([421, { code: "CONSOLE_HOST_REFUSED" }]);
  },
);

test.each(["localhost:9999", "127.0.0.1", "[::1]:8080"])("%s is this machine, at any port", async (host) => {
  const { url } = await start(fedPipeline);
  expect((await getAs(`${url}/livez`, host)).status).toBe(200);
});

test("a body beyond the bound is refused, a head beyond it too", async () => {
  const limits = { bodyBytes: 100, headMs: 10_000, requestMs: 30_000, connections: 10 };
  const { url } = await start(fedPipeline, { limits });
  const post = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify("x".repeat(200)),
  };
  const refused = await fetch(`${url}/livez`, post);
  expect([refused.status, await refused.json()]).toMatchObject([413, { code: "CONSOLE_REQUEST_REFUSED" }]);
  const heard = await talk(url, `GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
  expect(heard).toMatch(/^HTTP\/1\.1 431 /);
});

test("a client that does not end its request is cut off", async () => {
  const limits = { bodyBytes: 100, headMs: 50, requestMs: 100, connections: 10 };
  const { url } = await start(fedPipeline, { limits });
  expect(await talk(url, "GET /livez HTTP/1.1\r\nHost: loc")).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test("secrets are taken out of every answer", async () => {
  const { url } = await start(fedPipeline, { redact: (text) => text.replaceAll("running", "***") });
  expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: "alive", engine: "***" });
});

test("an engine that fails to answer is a 500 without its text, and a line of the log", async () => {
  const { url, run, log } = await start(fedPipeline);
  run.engine.status = () => {
    throw new Error("hunter2");
  };
  const answer = await fetch(`${url}/livez`);
  expect([answer.status, await answer.json()]).toMatchObject([500, { code: "CONSOLE_FAILED" }]);
  expect(log.lines).toMatchObject([{ level: "error", fields: { cause: "hunter2" } }]);
});

test("a port that was chosen and is taken is an error that says what to do", async () => {
  const { run, url } = await start(fedPipeline);
  const settings = { host: "127.0.0.1", port: Number(new URL(url).port) };
  const second = makeConsole(run, { settings });
  opened.push(second);
  await expect(second.open()).rejects.toMatchObject({
    code: "CONSOLE_PORT_TAKEN",
    message: expect.stringContaining(`127.0.0.1:${settings.port}`),
    hint: expect.stringContaining("console.port"),
  });
});

test("the default port that is taken is a warning, and the engine runs without", async () => {
  // Whether this test takes it or somebody else has it already: it is taken.
  const other = createServer();
  const isOurs = once(other, "listening").then(
    () => true,
    () => false,
  );
  other.listen(8080, "127.0.0.1");
  if (await isOurs) {
    opened.push({ close: () => new Promise((resolve) => void other.close(resolve)) });
  }
  const { run } = await start(fedPipeline);
  const log = createRecordingLogger();
  const settings = { host: "127.0.0.1", port: undefined };
  const console = makeConsole(run, { settings, log });
  opened.push(console);
  expect(await console.open()).toBeUndefined();
  expect(log.lines).toMatchObject([{ level: "warn", sentence: "The engine runs without its console." }]);
});
