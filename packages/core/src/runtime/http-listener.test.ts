import { afterEach, expect, test } from "vitest";
import { silentLogger } from "../log.ts";
import type { HttpReply, HttpRequest } from "../component/services.ts";
import { createHttpListener, type HttpListener } from "./http-listener.ts";

const open: HttpListener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function listen(): Promise<HttpListener & { url: string }> {
  const listener = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger });
  await listener.open();
  open.push(listener);
  return listener as HttpListener & { url: string };
}

function echo(request: HttpRequest): Promise<HttpReply> {
  const { method, path, params, query } = request;
  return Promise.resolve({
    status: 200,
    body: { method, path, params, query, body: Buffer.from(request.body).toString() },
  });
}

test("answers /livez", async () => {
  const { url } = await listen();
  const answer = await fetch(`${url}/livez`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: "alive" }]);
});

test("gives a route its parameters, query and body, and takes it away again", async () => {
  const listener = await listen();
  const remove = listener.add({ method: "POST", path: "/hooks/:device", maxBodyBytes: 100, handle: echo });
  const send = (): Promise<Response> => fetch(`${listener.url}/hooks/a%20b?x=1`, { method: "POST", body: "hello" });
  expect(await (await send()).json()).toEqual({
    method: "POST",
    path: "/hooks/a%20b",
    params: { device: "a b" },
    query: { x: "1" },
    body: "hello",
  });
  remove();
  const gone = await send();
  expect([gone.status, await gone.json()]).toEqual([
    404,
    { code: "HTTP_ROUTE_UNKNOWN", message: "nothing answers POST /hooks/a%20b" },
  ]);
});

test("refuses a body beyond the limit, and the same route twice", async () => {
  const listener = await listen();
  const route = { method: "POST", path: "/small", maxBodyBytes: 10, handle: echo };
  listener.add(route);
  const answer = await fetch(`${listener.url}/small`, { method: "POST", body: "x".repeat(200_000) });
  expect([answer.status, await answer.json()]).toEqual([
    413,
    { code: "HTTP_BODY_TOO_LARGE", message: "the body is larger than 10 bytes" },
  ]);
  expect(() => listener.add({ ...route })).toThrow(expect.objectContaining({ code: "HTTP_ROUTE_TAKEN" }));
});

test("answers 500 when a handler throws, and goes on", async () => {
  const listener = await listen();
  listener.add({ method: "GET", path: "/broken", maxBodyBytes: 0, handle: () => Promise.reject(new Error("broken")) });
  const answer = await fetch(`${listener.url}/broken`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([500, "HTTP_REQUEST_FAILED"]);
  expect((await fetch(`${listener.url}/livez`)).status).toBe(200);
});

test("survives odd paths", async () => {
  const { url } = await listen();
  for (const path of ["/%", "/%ff", "//x", "/..%2f..", "/?%"]) expect((await fetch(url + path)).status).toBe(404);
});

test("says which port is taken", async () => {
  const { url } = await listen();
  const second = createHttpListener({ host: "127.0.0.1", port: Number(new URL(url).port), log: silentLogger });
  await expect(second.open()).rejects.toMatchObject({ code: "HTTP_PORT_TAKEN" });
  await second.close();
});

test("answers 503 while routes are awaited, 404 once they are there, and /livez at all times", async () => {
  let isAwaited = true;
  const awaitsRoutes = (): boolean => isAwaited;
  const listener = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger, awaitsRoutes });
  open.push(listener);
  await listener.open();
  const early = await fetch(`${listener.url}/hook`, { method: "POST" });
  expect([early.status, early.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await early.json()).toMatchObject({ code: "HTTP_ROUTE_AWAITED" });
  expect((await fetch(`${listener.url}/livez`)).status).toBe(200);
  listener.add({ method: "POST", path: "/hook", maxBodyBytes: 10, handle: echo });
  expect((await fetch(`${listener.url}/hook`, { method: "POST" })).status).toBe(200);
  isAwaited = false;
  expect((await fetch(`${listener.url}/other`, { method: "POST" })).status).toBe(404);
});
