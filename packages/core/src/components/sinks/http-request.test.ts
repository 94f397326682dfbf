// What the http sink sends, on a real server.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testMessage } from "../../testing/component.ts";
import { openSink, send, serve, signal } from "../../testing/http-sink.ts";

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
});

describe("http: batches", () => {
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
