// What the http sink makes of answers, on a real server.
import { describe, expect, test } from "vitest";
import { testMessage } from "../../testing/component.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { openSink, send, serve, signal } from "../../testing/http-sink.ts";

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

  test("an answer that breaks off means what its status says", async () => {
    const { url } = await serve((response) => {
      response.writeHead(400, { "content-length": "100" });
      response.write("not a\n  number", () => response.destroy());
    });
    const [result] = await send(`http: { url: "${url}" }`);
    const message = `POST ${url}/ answered 400: not a number`;
    expect(result).toMatchObject({ status: "rejected", cause: { code: "HTTP_REQUEST_REJECTED", message } });
  });

  test("what is said ahead of the answer is not the answer", async () => {
    const { url } = await serve((response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeHead(503).end();
    });
    expect(await send(`http: { url: "${url}" }`)).toMatchObject([{ cause: { code: "HTTP_SERVER_UNAVAILABLE" } }]);
  });

  test("no server is tried again", async () => {
    const { url, stop } = await serve();
    await stop();
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

  test("after the abort nothing is sent", async () => {
    const { url, seen } = await serve();
    const sink = await openSink(`http: { url: "${url}" }`);
    expect(await sink.write([testMessage(1)], AbortSignal.abort())).toMatchObject([
      { status: "retryable", cause: { code: "SINK_TIMEOUT" } },
    ]);
    expect(await sink.write([testMessage(2)], signal)).toEqual([{ status: "delivered" }]);
    expect(seen.map((each) => each.body)).toEqual(["2"]);
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
