// Requests that a webhook refuses, with their codes and places, and fields that `validate` refuses.
// Not here: the same of random bodies at full speed (webhook-body.test.ts).
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refusalOf } from "../../testing/component.ts";
import { createWebhookCaller, jsonRequest, type WebhookCaller } from "../../testing/webhook-caller.ts";
import { webhookSource } from "./webhook.ts";

let caller: WebhookCaller;
beforeEach(async () => {
  caller = await createWebhookCaller();
});
afterEach(() => caller.stop());

const call: WebhookCaller["call"] = (init, path) => caller.call(init, path);

describe("webhook: what is refused", () => {
  test.each([
    ['{"a": 1,\n "b": }', { line: 2, column: 7, offset: 15 }, "unexpected"],
    ["", { line: 1, column: 1, offset: 0 }, "ends too soon"],
    ["[".repeat(600) + "]".repeat(600), { line: 1, column: 501, offset: 500 }, "nested deeper"],
  ])("JSON that cannot be read, with its place: %#", async (body, place, reason) => {
    const { source, taken } = await caller.openAndSettle();
    const answer = await call(jsonRequest(body));
    expect(answer).toMatchObject({ status: 400, body: { code: "WEBHOOK_BODY_MALFORMED", ...place } });
    expect(answer.body["message"]).toContain(reason);
    expect(taken).toEqual([]);
    expect(source.status?.().detail).toBe("POST /hook: 0 messages taken, 0 repeated, 1 requests refused");
  });

  test.each([
    ["application/xml", "<a/>", 415, "WEBHOOK_TYPE_UNSUPPORTED"],
    ["text/plain; charset=latin1", "a", 415, "WEBHOOK_TYPE_UNSUPPORTED"],
    ["application/json", Buffer.from([0x22, 0xff, 0x22]), 400, "WEBHOOK_BODY_MALFORMED"],
  ])("%s", async (type, body, status, code) => {
    await caller.openAndSettle();
    expect(await call({ body, headers: { "content-type": type } })).toMatchObject({ status, body: { code } });
  });

  test("fields that cannot be what they are to be", async () => {
    await caller.openAndSettle("device: d, time: t, id: i");
    const good = { d: "d1", t: "2026-01-01", i: "i1" };
    for (const bad of [
      { d: {} },
      { t: "yesterday" },
      { t: true },
      { i: "" },
      { i: "x".repeat(201) },
      { i: undefined },
    ]) {
      expect(await call(jsonRequest({ ...good, ...bad }))).toMatchObject({
        status: 400,
        body: { code: "WEBHOOK_FIELD_INVALID" },
      });
    }
    expect(await call(jsonRequest(good))).toMatchObject({ status: 200 });
  });

  test("an expression that fails", async () => {
    await caller.openAndSettle("device: $number(d)");
    expect(await call(jsonRequest({ d: "x" }))).toMatchObject({ status: 400, body: { code: "EXPRESSION_FAILED" } });
  });

  test("bodies beyond bodyLimit, other methods and other paths", async () => {
    await caller.openAndSettle("bodyLimit: 10B");
    expect(await call(jsonRequest("12345678901"))).toMatchObject({ status: 413 });
    expect(await call({ ...jsonRequest("1"), method: "PUT" })).toMatchObject({ status: 404 });
    expect(await call(jsonRequest("1"), "/other")).toMatchObject({ status: 404 });
    expect(await call(jsonRequest("1"))).toMatchObject({ status: 200 });
  });

  test("callers without the right bearer token", async () => {
    await caller.openAndSettle("auth: { bearer: t0ken }");
    for (const authorization of [undefined, "Bearer wrong", "Bearer", "Basic t0ken", "Bearer t0ken2"]) {
      const answer = await call(jsonRequest(1, authorization === undefined ? {} : { authorization }));
      expect(answer).toMatchObject({ status: 401, body: { code: "WEBHOOK_AUTH_REFUSED" } });
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    expect(await call(jsonRequest(1, { authorization: "bearer t0ken" }))).toMatchObject({ status: 200 });
  });

  test.each([
    ["secret: s", "x-signature", (body: string) => createHmac("sha256", "s").update(body).digest("hex")],
    [
      "secret: s, encoding: base64",
      "x-signature",
      (body: string) => createHmac("sha256", "s").update(body).digest("base64"),
    ],
    [
      "secret: s, algorithm: sha512",
      "x-signature",
      (body: string) => createHmac("sha512", "s").update(body).digest("hex"),
    ],
    [
      "secret: s, header: X-Hub-Signature-256, prefix: 'sha256='",
      "x-hub-signature-256",
      (body: string) => `sha256=${createHmac("sha256", "s").update(body).digest("hex")}`,
    ],
  ])("callers without the right signature: %s", async (fields, header, sign) => {
    const { taken } = await caller.openAndSettle(`auth: { hmac: { ${fields} } }`);
    for (const signature of ["", sign("[2]"), sign("[1]").slice(1)]) {
      expect(await call(jsonRequest("[1]", { [header]: signature }))).toMatchObject({ status: 401 });
    }
    expect(await call(jsonRequest("[1]", { [header]: sign("[1]") }))).toMatchObject({ status: 200 });
    expect(taken[0]?.meta.request?.headers).not.toHaveProperty(header);
  });
});

test("random and mutated requests get an answer each, and nothing breaks", async () => {
  const { taken } = await caller.openAndSettle("device: d, time: t");
  const body = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.tuple(fc.json(), fc.nat(), fc.string()).map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const type = fc.constantFrom(
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "a/b; charset=é",
    "",
  );
  let answered = 0;
  const property = fc.asyncProperty(
    fc.array(fc.tuple(body, type), { minLength: 20, maxLength: 20 }),
    async (requests) => {
      const calls = requests.map(([body, type]) => call({ body, headers: { "content-type": encodeURI(type) } }));
      for (const { status, body } of await Promise.all(calls)) {
        const kind = `${status} ${JSON.stringify(body["code"] ?? "")}`;
        expect(kind).toMatch(/^200 ""$|^400 "(WEBHOOK|EXPRESSION)_|^415 "WEBHOOK_/);
        if (status === 200) answered += 1;
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
  expect(taken.length).toBe(answered);
});

test.each([
  ["webhook: { path: hook }", "CONFIG_VALUE_INVALID: hook"],
  ["webhook: { path: /livez }", "CONFIG_VALUE_INVALID: /livez"],
  ["webhook: { path: /readyz }", "CONFIG_VALUE_INVALID: /readyz"],
  ["webhook: { path: '/a b' }", "CONFIG_VALUE_INVALID: '/a b'"],
  ["webhook: { path: /a, auth: {} }", "CONFIG_VALUE_INVALID: {"],
  ["webhook: { path: /a, auth: { bearer: t, hmac: { secret: s } } }", "CONFIG_VALUE_INVALID: { bearer: t"],
  ["webhook: { path: /a, timeout: 5s }", "CONFIG_VALUE_INVALID: 5s"],
])("%s is refused", (yaml, refusal) => {
  expect(refusalOf(webhookSource, yaml)).toBe(refusal);
});
