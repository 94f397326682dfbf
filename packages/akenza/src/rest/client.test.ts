import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { systemClock } from "@signalbox/core";
import { createManualClock, freePort } from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { json, startHttpServer, type TestHttpServer } from "../testing/http-server.ts";
import { RestClient, type RestOptions, type RestRequest } from "./client.ts";

const never = new AbortController().signal;
const get: RestRequest = { method: "GET", path: "/v3/devices/1", query: { secretish: "value" }, priority: "inventory" };

let server: TestHttpServer | undefined;
let rest: RestClient | undefined;

afterEach(async () => {
  await rest?.close();
  await server?.close();
  [rest, server] = [undefined, undefined];
});

function client(baseUrl: string, options: Partial<RestOptions> = {}): RestClient {
  rest = new RestClient({
    baseUrl,
    authorization: () => ({ "x-api-key": "the-secret-key" }),
    clock: systemClock,
    rateLimit: { perSecond: 1_000, burst: 1_000 },
    timeoutMs: 30_000,
    ...options,
  });
  return rest;
}

async function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<RestOptions> = {},
) {
  server = await startHttpServer(answer);
  return client(server.url, options);
}

const akenzaError = (status: number, message: string): object => ({
  timestamp: "2021-02-19T15:06:56.928+00:00",
  path: "/v3/assets",
  status,
  message,
});

test.each([
  [400, "AKENZA_REQUEST_REJECTED", false],
  [401, "AKENZA_AUTH_REFUSED", true],
  [403, "AKENZA_AUTH_REFUSED", true],
  [404, "AKENZA_REQUEST_REJECTED", false],
  [408, "AKENZA_UNREACHABLE", true],
  [409, "AKENZA_REQUEST_REJECTED", false],
  [429, "AKENZA_RATE_LIMITED", true],
  [500, "AKENZA_UNREACHABLE", true],
  [503, "AKENZA_UNREACHABLE", true],
])("%i means %s, retryable %s", async (status, code, isRetryable) => {
  const outcome = await (
    await answering((_, response) => json(response, status, akenzaError(status, "said akenza")))
  ).send(get, never);
  expect(outcome).toMatchObject({ kind: "refused", status, problem: { code, isRetryable } });
  expect(outcome.kind === "refused" && outcome.problem.message).toBe(
    `akenza answered ${status} to GET /v3/devices/1: said akenza`,
  );
});

test("key, base path, query and body go out as akenza wants them", async () => {
  await answering((_, response) => json(response, 200, {}));
  const own = client(`${server?.url}/tenant/`);
  await own.send(
    {
      method: "POST",
      path: "/v3/x",
      query: { page: 0, left: undefined, "tags.ids": "71" },
      body: { a: 1 },
      priority: "command",
    },
    never,
  );
  expect(server?.requests[0]).toMatchObject({
    line: "POST /tenant/v3/x?page=0&tags.ids=71",
    headers: { "x-api-key": "the-secret-key", "content-type": "application/json", accept: "application/json" },
    body: '{"a":1}',
  });
});

test.each([
  ["seconds", { "retry-after": "7" }, 7_000],
  ["a date", { "retry-after": new Date(Date.UTC(2026, 0, 1, 0, 0, 9)).toUTCString() }, 9_000],
  ["a reset in seconds", { "x-ratelimit-reset": "3" }, 3_000],
  ["a reset at a time in seconds", { "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 0, 0, 4) / 1000) }, 4_000],
  ["a reset at a time in milliseconds", { "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 0, 0, 5)) }, 5_000],
  ["more than ten minutes", { "retry-after": "99999" }, 600_000],
])("429 with %s: the wait is kept, for this request and for all others", async (_name, headers, waitMs) => {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const own = await answering((_, response) => json(response, 429, akenzaError(429, "slow down"), headers), { clock });
  const outcome = await own.send(get, never);
  expect(outcome).toMatchObject({ problem: { code: "AKENZA_RATE_LIMITED", retryAfterMs: waitMs } });
  const next = own.send({ ...get, priority: "command" }, never);
  expect(await clock.whenTimer((delayMs) => delayMs >= waitMs)).toBeLessThan(waitMs + 10);
  expect(server?.requests).toHaveLength(1);
  clock.advance(waitMs + 10);
  await next;
  expect(server?.requests).toHaveLength(2);
});

test("a reading is tried again over a 503 and a 429, and then gives its answer", async () => {
  const answers = [503, 429, 200];
  const clock = createManualClock();
  const own = await answering(
    (_, response) => json(response, answers.shift() ?? 200, { id: "1" }, { "retry-after": "1" }),
    { clock },
  );
  const reading = own.read(get, never);
  clock.advance(await clock.whenTimer((delayMs) => delayMs === 1_000));
  await eventually(() => server?.requests.length === 2);
  clock.advance(await clock.whenTimer((delayMs) => delayMs === 1_000));
  await clock.whenTimer((delayMs) => delayMs < 10);
  clock.advance(10);
  expect(await reading).toEqual({ id: "1" });
});

test("a reading with a refused key is not tried again", async () => {
  const own = await answering((_, response) => json(response, 403, akenzaError(403, "Permission denied")));
  await expect(own.read(get, never)).rejects.toMatchObject({ code: "AKENZA_AUTH_REFUSED" });
  expect(server?.requests).toHaveLength(1);
});

test("a refused connection never left", async () => {
  const outcome = await client(`http://127.0.0.1:${await freePort()}`).send(get, never);
  expect(outcome).toMatchObject({
    kind: "missing",
    hasLeft: false,
    problem: { code: "AKENZA_UNREACHABLE", isRetryable: true },
  });
});

test("a host that does not exist never left", async () => {
  const outcome = await client("http://no-such-host.invalid").send(get, never);
  expect(outcome).toMatchObject({
    kind: "missing",
    hasLeft: false,
    problem: { code: "AKENZA_UNREACHABLE", isRetryable: true },
  });
});

test("a connection that breaks after the request was read: it left, and no answer came", async () => {
  const own = await answering((request) => request.socket.destroy());
  expect(await own.send(get, never)).toMatchObject({
    kind: "missing",
    hasLeft: true,
    problem: { code: "AKENZA_ANSWER_MISSING" },
  });
});

test("an answer that breaks off in the middle: it left, and no whole answer came", async () => {
  const own = await answering((request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{", () => request.socket.destroy());
  });
  expect(await own.send(get, never)).toMatchObject({
    kind: "missing",
    hasLeft: true,
    problem: { code: "AKENZA_ANSWER_MISSING" },
  });
});

test("no answer within the time: it left", async () => {
  const clock = createManualClock();
  const own = await answering(() => undefined, { clock, timeoutMs: 5_000 });
  const sending = own.send(get, never);
  await eventually(() => server?.requests.length === 1);
  clock.advance(5_000);
  const outcome = await sending;
  expect(outcome).toMatchObject({ kind: "missing", hasLeft: true, problem: { code: "AKENZA_ANSWER_MISSING" } });
  expect(outcome.kind === "missing" && outcome.problem.message).toContain("no answer within 5000 ms");
});

test("no connection within the time: it never left", async () => {
  // Takes the connection and never answers its TLS handshake.
  const silent = createServer();
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const bytes: Buffer[] = [];
  const connected = new Promise<Socket>((resolve) => silent.once("connection", resolve));
  const clock = createManualClock();
  const own = client(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`, { clock, timeoutMs: 5_000 });
  const sending = own.send(get, never);
  const socket = await connected;
  socket.on("data", (chunk: Buffer) => bytes.push(chunk));
  clock.advance(5_000);
  expect(await sending).toMatchObject({ kind: "missing", hasLeft: false, problem: { code: "AKENZA_UNREACHABLE" } });
  socket.destroy();
  silent.close();
  await once(silent, "close");
  expect(Buffer.concat(bytes).toString("latin1")).not.toContain("GET ");
});

test("an abort while it waits for its turn: nothing was tried", async () => {
  const own = await answering((_, response) => json(response, 200, {}), {
    clock: createManualClock(),
    rateLimit: { perSecond: 1, burst: 1 },
  });
  await own.send(get, never);
  const end = new AbortController();
  const waiting = own.send(get, end.signal);
  end.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  expect(server?.requests).toHaveLength(1);
});

test("an endless answer is cut off", async () => {
  const own = await answering((_, response) => {
    const chunk = "x".repeat(1024 * 1024);
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, (error) => (error ? undefined : more()));
    };
    more();
  });
  expect(await own.send(get, never)).toMatchObject({
    kind: "missing",
    problem: { code: "AKENZA_ANSWER_INVALID", isRetryable: false },
  });
});

test("a page of a proxy in place of JSON is named as such", async () => {
  const own = await answering((_, response) => void response.end("<html>welcome</html>"));
  await expect(own.read(get, never)).rejects.toMatchObject({ code: "AKENZA_ANSWER_INVALID" });
});

test("no text holds the key or the query", async () => {
  const own = await answering((_, response) => json(response, 500, akenzaError(500, "broken")));
  const outcome = await own.send(get, never);
  const text =
    JSON.stringify(outcome) + (outcome.kind === "refused" ? `${outcome.problem.stack} ${outcome.problem.message}` : "");
  expect(text).not.toContain("the-secret-key");
  expect(text).not.toContain("secretish");
});
