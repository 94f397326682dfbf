// What the http sink sends, and what it makes of answers, on a real server.
// Not here: TLS and proxies (http-network.test.ts).
import { createHash } from "node:crypto";
import { type AddressInfo } from "node:net";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { Sink } from "../../component/contracts.ts";
import type { Message } from "../../message.ts";
import { refusalOf, sinkFrom, testMessage } from "../../testing/component.ts";
import type { TestContextOptions } from "../../testing/context.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { httpSink } from "./http.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly port: number | undefined;
}
type Answer = (response: ServerResponse, seen: Seen) => void;

const signal = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server that keeps what it saw and answers as told. */
async function serve(answer: Answer = (response) => response.end("ok")) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, socket } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), port: socket.remotePort };
      seen.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function openSink(yaml: string, options?: TestContextOptions): Promise<Sink> {
  const sink = sinkFrom(httpSink, yaml, options);
  await sink.open?.(signal);
  ends.unshift(() => sink.close?.());
  return sink;
}

async function send(
  yaml: string,
  messages: readonly Message[] = [testMessage({ a: 1 })],
  options?: TestContextOptions,
) {
  return (await openSink(yaml, options)).write(messages, signal);
}

describe("http: what is sent", () => {
  test("posts the body as JSON with an idempotency key", async () => {
    const { url, seen } = await serve();
    expect(await send(`http: { url: "${url}/a?b=c" }`, [testMessage({ a: "ü" }, { id: "m7" })])).toEqual([
      { status: "delivered" },
    ]);
    expect(seen).toMatchObject([{ method: "POST", url: "/a?b=c", body: '{"a":"ü"}' }]);
    expect(seen[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "idempotency-key": createHash("sha256").update('["test","http","m7"]').digest("hex"),
    });
  });

  test("the key is the same at each try and another for another sink, pipeline or message", async () => {
    const { url, seen } = await serve();
    const message = testMessage(1, { id: "m1" });
    await send(`http: { url: "${url}" }`, [message, message, testMessage(1, { id: "m2" })]);
    await send(`http: { url: "${url}" }\nname: other`, [message]);
    await send(`http: { url: "${url}" }`, [message], { pipeline: "other" });
    const keys = seen.map((each) => each.headers["idempotency-key"]);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(4);
  });

  test("URL and headers are templates; ours can be replaced", async () => {
    const { url, seen } = await serve();
    await send(
      `http:
  url: "${url}/{{ $encodeUrlComponent($meta.device) }}"
  headers: { X-Time: "{{ $meta.time }}", Content-Type: application/senml+json, Idempotency-Key: "{{ a }}" }`,
      [testMessage({ a: 1 }, { meta: { device: "a/b c" } })],
    );
    expect(seen).toMatchObject([{ url: "/a%2Fb%20c" }]);
    expect(seen[0]?.headers).toMatchObject({
      "x-time": "2026-01-01T00:00:00.000Z",
      "content-type": "application/senml+json",
      "idempotency-key": "1",
    });
  });

  test("traceparent is handed on", async () => {
    const { url, seen } = await serve();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await send(`http: { url: "${url}" }`, [testMessage(1, { meta: { traceparent } }), testMessage(2)]);
    expect(seen.map((each) => each.headers["traceparent"])).toEqual([traceparent, undefined]);
  });

  test.each([
    ["method: PUT", "PUT", "application/json", '{"a":[1,2],"b":{"c":true}}'],
    ["method: PATCH", "PATCH", "application/json", '{"a":[1,2],"b":{"c":true}}'],
    ["method: DELETE", "DELETE", undefined, ""],
    ["method: DELETE, body: json", "DELETE", "application/json", '{"a":[1,2],"b":{"c":true}}'],
    ["method: GET", "GET", undefined, ""],
    ["body: none", "POST", undefined, ""],
    ["body: form", "POST", "application/x-www-form-urlencoded", "a=1&a=2&b=%7B%22c%22%3Atrue%7D"],
    ["body: text", "POST", "text/plain; charset=utf-8", '{"a":[1,2],"b":{"c":true}}'],
  ])("%s", async (fields, method, type, body) => {
    const { url, seen } = await serve();
    await send(`http: { url: "${url}", ${fields} }`, [testMessage({ a: [1, 2], b: { c: true } })]);
    expect(seen).toMatchObject([{ method, body }]);
    expect(seen[0]?.headers["content-type"]).toBe(type);
  });

  test("text is sent as it is, and a form needs an object", async () => {
    const { url, seen } = await serve();
    await send(`http: { url: "${url}", body: text }`, [testMessage("plain")]);
    expect(seen).toMatchObject([{ body: "plain" }]);
    expect(await send(`http: { url: "${url}", body: form }`, [testMessage("plain")])).toMatchObject([
      { status: "rejected", cause: { code: "HTTP_REQUEST_INVALID" } },
    ]);
  });

  test.each([
    ["auth: { bearer: t0ken }", "authorization", "Bearer t0ken"],
    ["auth: { basic: { username: u, password: p } }", "authorization", "Basic dTpw"],
    ["auth: { apiKey: { value: k } }", "x-api-key", "k"],
    ["auth: { apiKey: { header: X-Key, value: k } }", "x-key", "k"],
  ])("%s", async (fields, header, value) => {
    const { url, seen } = await serve();
    await send(`http: { url: "${url}", ${fields} }`);
    expect(seen[0]?.headers[header]).toBe(value);
  });

  test("connections are kept alive", async () => {
    const { url, seen } = await serve();
    const sink = await openSink(`http: { url: "${url}" }`);
    for (let count = 0; count < 50; count += 1) await sink.write([testMessage(count)], signal);
    expect(new Set(seen.map((each) => each.port)).size).toBeLessThan(10);
  });

  test("with batch a request carries a list, one per URL and headers, and one key for all its messages", async () => {
    const { url, seen } = await serve();
    const yaml = `http: { url: "${url}/{{ to }}" }\nbatch: { count: 10 }`;
    const messages = ["a", "b", "a"].map((to, index) => testMessage({ to, index }, { id: `m${index}` }));
    expect(await send(yaml, messages)).toEqual([
      { status: "delivered" },
      { status: "delivered" },
      { status: "delivered" },
    ]);
    expect(seen.map((each) => [each.url, each.body])).toEqual([
      ["/a", '[{"to":"a","index":0},{"to":"a","index":2}]'],
      ["/b", '[{"to":"b","index":1}]'],
    ]);
    const key = createHash("sha256").update('["test","http","m0","m2"]').digest("hex");
    expect(seen[0]?.headers["idempotency-key"]).toBe(key);
  });

  test("with batch, text is lines and a form is a request each", async () => {
    const { url, seen } = await serve();
    await send(`http: { url: "${url}", body: text }\nbatch: { count: 2 }`, [testMessage("a"), testMessage("b")]);
    await send(`http: { url: "${url}", body: form }\nbatch: { count: 2 }`, [
      testMessage({ a: 1 }),
      testMessage({ b: 2 }),
    ]);
    expect(seen.map((each) => each.body)).toEqual(["a\nb", "a=1", "b=2"]);
  });
});

describe("http: what becomes of it", () => {
  const answering = async (status: number, headers: Record<string, string> = {}, text = "because") => {
    const { url } = await serve((response) => response.writeHead(status, headers).end(text));
    const clock = createManualClock(Date.UTC(2026, 0, 1));
    const [result] = await send(`http: { url: "${url}/path?secret=1" }`, undefined, { clock });
    return { url, result };
  };

  test.each([200, 201, 202, 204])("%i is delivered", async (status) => {
    expect((await answering(status)).result).toEqual({ status: "delivered" });
  });

  test.each([
    [401, "retryable", "HTTP_AUTH_REFUSED"],
    [403, "retryable", "HTTP_AUTH_REFUSED"],
    [407, "retryable", "HTTP_AUTH_REFUSED"],
    [408, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    [425, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    [429, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    [500, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    [503, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    [400, "rejected", "HTTP_REQUEST_REJECTED"],
    [404, "rejected", "HTTP_REQUEST_REJECTED"],
    [422, "rejected", "HTTP_REQUEST_REJECTED"],
    [302, "rejected", "HTTP_REQUEST_REJECTED"],
  ])("%i is %s", async (code, status, error) => {
    const { url, result } = await answering(code, code === 302 ? { location: "/elsewhere" } : {});
    const message = `POST ${url}/path answered ${code}: because`;
    expect(result).toMatchObject({ status, cause: { code: error, message } });
  });

  test.each([
    ["deliver: [409]", 409, "delivered", undefined],
    ["retry: [404]", 404, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    ["retry: [404]", 405, "rejected", "HTTP_REQUEST_REJECTED"],
    ["retry: [4xx]", 401, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    ["reject: [5xx]", 502, "rejected", "HTTP_REQUEST_REJECTED"],
    ["reject: [5xx], retry: [503]", 503, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    ["reject: [403]", 403, "rejected", "HTTP_REQUEST_REJECTED"],
    ["retry: [202]", 202, "retryable", "HTTP_SERVER_UNAVAILABLE"],
    ["deliver: [3xx]", 304, "delivered", undefined],
  ])("D8 responses: { %s } makes %i %s", async (table, code, status, error) => {
    const { url } = await serve((response) => response.writeHead(code).end());
    const [result] = await send(`http: { url: "${url}", responses: { ${table} } }`);
    expect(result).toMatchObject(error === undefined ? { status } : { status, cause: { code: error } });
  });

  test.each([
    [401, true],
    [403, true],
    [407, true],
    [429, false],
    [503, false],
  ])("D8 %i says that our credentials are refused: %s", async (code, isAccessRefused) => {
    expect((await answering(code)).result).toMatchObject({ status: "retryable", cause: { isAccessRefused } });
  });

  test("Retry-After is honoured, in seconds and as a date", async () => {
    const retryAfter = async (value: string) => (await answering(503, { "retry-after": value })).result;
    expect(await retryAfter("7")).toMatchObject({ cause: { retryAfterMs: 7_000 } });
    expect(await retryAfter("Thu, 01 Jan 2026 00:02:00 GMT")).toMatchObject({ cause: { retryAfterMs: 120_000 } });
    expect(await retryAfter("Thu, 01 Jan 2020 00:00:00 GMT")).toMatchObject({ cause: { retryAfterMs: 0 } });
    expect(await retryAfter("soon")).toMatchObject({ cause: { retryAfterMs: undefined } });
  });

  test("a long answer is cut", async () => {
    const { result } = await answering(400, {}, "x".repeat(1_000_000));
    expect(result).toMatchObject({ status: "rejected" });
    expect(String(result?.status === "rejected" && result.cause.message).length).toBeLessThan(700);
  });

  test("no server is tried again", async () => {
    const { url } = await serve();
    for (const end of ends.splice(0)) await end();
    const [result] = await send(`http: { url: "${url}/a?secret=1" }`);
    expect(result).toMatchObject({ status: "retryable", cause: { code: "HTTP_SERVER_UNREACHABLE" } });
    expect(JSON.stringify(result?.status === "retryable" && result.cause.message)).not.toContain("secret");
  });

  test("a connection that breaks off is tried again", async () => {
    const { url } = await serve((response) => response.socket?.destroy());
    expect(await send(`http: { url: "${url}" }`)).toMatchObject([
      { status: "retryable", cause: { code: "HTTP_SERVER_UNREACHABLE" } },
    ]);
  });

  test("an aborted try is over at once and tried again", async () => {
    const stop = new AbortController();
    const { url } = await serve(() => stop.abort());
    const sink = await openSink(`http: { url: "${url}" }`);
    expect(await sink.write([testMessage(1)], stop.signal)).toMatchObject([
      { status: "retryable", cause: { code: "SINK_TIMEOUT" } },
    ]);
  });

  test("a 2xx whose body never ends is delivered all the same", async () => {
    const { url } = await serve((response) => response.writeHead(200).write("begins"));
    expect(await send(`http: { url: "${url}" }`)).toEqual([{ status: "delivered" }]);
  });

  test.each([
    ["{{ a }}", "nowhere"],
    ["{{ a }}", "ftp://127.0.0.1/"],
    ["{{ a }}", "http://u:p@127.0.0.1/"],
  ])("a URL %s that gives %s is rejected", async (template, a) => {
    const [result] = await send(`http: { url: "${template}" }`, [testMessage({ a })]);
    expect(result).toMatchObject({ status: "rejected", cause: { code: "HTTP_REQUEST_INVALID" } });
  });

  test("a line break in a header is refused, not sent", async () => {
    const { url, seen } = await serve();
    const yaml = `http: { url: "${url}", headers: { x-a: "{{ a }}" } }`;
    const results = await send(yaml, [testMessage({ a: "1\r\nx-evil: 2" }), testMessage({ a: 2 }), testMessage({})]);
    expect(results).toMatchObject([
      { status: "rejected", cause: { code: "HTTP_REQUEST_INVALID" } },
      { status: "delivered" },
      { status: "rejected", cause: { code: "EXPRESSION_NO_RESULT" } },
    ]);
    expect(seen.length).toBe(1);
  });
});

test.each([
  ["http: { url: nowhere }", "CONFIG_VALUE_INVALID: nowhere"],
  ['http: { url: "http://{{ host }}", tls: {} }', "CONFIG_VALUE_INVALID: {"],
  ['http: { url: "http://x", method: GET, body: json }', "CONFIG_VALUE_INVALID: json"],
  ['http: { url: "http://x", auth: {} }', "CONFIG_VALUE_INVALID: {"],
  ['http: { url: "http://x", auth: { bearer: t, apiKey: { value: k } } }', "CONFIG_VALUE_INVALID: { bearer: t"],
  [
    'http: { url: "http://x", auth: { bearer: t }, headers: { Authorization: x } }',
    "CONFIG_VALUE_INVALID: { bearer: t",
  ],
  ['http: { url: "http://x", proxy: "socks5://x" }', 'CONFIG_VALUE_INVALID: "socks5://x"'],
  ['http: { url: "http://x", headers: { "a b": x } }', "CONFIG_VALUE_INVALID: x"],
  ['http: { url: "http://x", responses: { retry: [404, 409], deliver: [409] } }', "CONFIG_VALUE_INVALID: 409"],
  ['http: { url: "http://x", responses: { retry: [404, 404] } }', "CONFIG_VALUE_INVALID: 404"],
  ['http: { url: "http://x", responses: { retry: [100] } }', "CONFIG_VALUE_INVALID: 100"],
  ['http: { url: "http://x", responses: { retry: [6xx] } }', "CONFIG_VALUE_INVALID: 6xx"],
  ['http: { url: "http://x", responses: { retry: [] } }', "CONFIG_VALUE_INVALID: ["],
])("%s is refused", (yaml, refusal) => {
  expect(refusalOf(httpSink, yaml)).toBe(refusal);
});
