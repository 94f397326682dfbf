// The messages that requests become, and the answers of `respond: settled`, through the engine's own listener.
// Not here: what is refused (webhook-refused.test.ts), what `accepted` promises (testing/webhook-suite.ts, on every store).
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Source } from "../../component/contracts.ts";
import { createRecordingLogger } from "../../testing/context.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createWebhookCaller, jsonRequest, type WebhookCaller } from "../../testing/webhook-caller.ts";

let caller: WebhookCaller;
beforeEach(async () => {
  caller = await createWebhookCaller();
});
afterEach(() => caller.stop());

const call: WebhookCaller["call"] = (init, path) => caller.call(init, path);

/** Lets the event loop turn until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const takenBy = (source: Source): number => Number(/: (\d+) messages/.exec(source.status?.().detail ?? "")?.[1]);

describe("webhook: the message of a request", () => {
  test("holds the body, and the request in its metadata, without credentials", async () => {
    const clock = createManualClock();
    const { taken } = await caller.openAndSettle("", { clock });
    const headers = { "x-a": "1", authorization: "Bearer t", cookie: "c=1" };
    expect(await call(jsonRequest({ open: true }, headers), "/hook?q=1")).toMatchObject({ status: 200 });
    const now = "2026-01-01T00:00:00.000Z";
    expect(taken).toMatchObject([
      {
        body: { open: true },
        meta: { pipeline: "test", source: "webhook", time: now, receivedAt: now },
      },
    ]);
    const request = taken[0]?.meta.request;
    expect(request).toMatchObject({
      method: "POST",
      path: "/hook",
      query: { q: "1" },
      params: {},
      headers: { "x-a": "1" },
    });
    expect(Object.keys(request?.headers ?? {})).not.toContain("authorization");
    expect(Object.keys(request?.headers ?? {})).not.toContain("cookie");
    expect(taken[0]?.meta).not.toHaveProperty("device");
  });

  test("device, topic, time and id come from expressions; parameters are there for them", async () => {
    const fields = "path: '/d/:device/open', device: $meta.request.params.device, topic: kind, time: at, id: number";
    const { taken } = await caller.openAndSettle(fields);
    await call(jsonRequest({ kind: "door", at: 0, number: 7 }), "/d/d%201/open");
    const meta = { device: "d 1", topic: "door", time: "1970-01-01T00:00:00.000Z" };
    expect(taken).toMatchObject([{ id: "7", meta }]);
  });

  test("the id is the Idempotency-Key, else new", async () => {
    const { taken } = await caller.openAndSettle();
    const answers = [
      await call(jsonRequest(1, { "idempotency-key": "k1" })),
      await call(jsonRequest(2)),
      await call(jsonRequest(3)),
    ];
    expect(taken[0]?.id).toBe("k1");
    expect(new Set(taken.map((message) => message.id)).size).toBe(3);
    expect(answers.map((answer) => answer.body["id"])).toEqual(taken.map((message) => message.id));
  });

  test("traceparent is taken over where it is one", async () => {
    const { taken } = await caller.openAndSettle();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await call(jsonRequest(1, { traceparent }));
    await call(jsonRequest(1, { traceparent: "nonsense" }));
    expect(taken.map((message) => message.meta.traceparent)).toEqual([traceparent, undefined]);
  });

  test.each([
    ["application/json; charset=utf-8", '{"a":"ü"}', { a: "ü" }],
    ["application/senml+json", "[1]", [1]],
    ["application/x-www-form-urlencoded", "a=1&b=x+y&a=2", { a: ["1", "2"], b: "x y" }],
    ["text/plain", "17 °C", "17 °C"],
    ["text/csv", "", null],
  ])("%s", async (type, body, expected) => {
    const { taken } = await caller.openAndSettle();
    expect(await call({ body, headers: { "content-type": type } })).toMatchObject({ status: 200 });
    expect(taken[0]?.body).toEqual(expected);
  });

  test("no type is read as JSON, no body is null", async () => {
    const { taken } = await caller.openAndSettle("method: PUT");
    expect(await call({ method: "PUT", body: Buffer.from('{"a":1}') })).toMatchObject({ status: 200 });
    expect(await call({ method: "PUT" })).toMatchObject({ status: 200 });
    expect(taken.map((message) => message.body)).toEqual([{ a: 1 }, null]);
  });
});

describe("webhook: respond: settled", () => {
  test("answers once the message is settled, with what became of its writes", async () => {
    const { next } = await caller.open("");
    const answer = call(jsonRequest(1));
    const { message, ack } = await next();
    ack({ delivered: 1, discarded: 0, deadLettered: 1, parked: 2 });
    const body = { id: message.id, delivered: 1, discarded: 0, deadLettered: 1, parked: 2 };
    expect(await answer).toMatchObject({ status: 200, body });
  });

  test.each([
    ["", 30_000],
    ["timeout: 7s", 7_000],
  ])("answers 504 with the id when it takes too long: %s", async (fields, timeoutMs) => {
    const clock = createManualClock();
    const { next } = await caller.open(fields, { clock });
    const answer = call(jsonRequest(1));
    const { message, ack } = await next();
    expect(clock.timers()).toContain(timeoutMs);
    clock.advance(timeoutMs);
    expect(await answer).toMatchObject({ status: 504, body: { code: "WEBHOOK_NOT_SETTLED", id: message.id } });
    ack();
  });

  test("a message the pipeline turns away is 503", async () => {
    const { next } = await caller.open("");
    const answer = call(jsonRequest(1));
    (await next()).nack(new Error("stopping"));
    expect(await answer).toMatchObject({ status: 503, body: { code: "SOURCE_CLOSED" } });
  });

  test("the same id while its message is under way makes no second message", async () => {
    const { next } = await caller.open("");
    const calls = [call(jsonRequest(1, { "idempotency-key": "k" }))];
    const { ack } = await next();
    calls.push(call(jsonRequest(1, { "idempotency-key": "k" })));
    const other = call(jsonRequest(1, { "idempotency-key": "other" }));
    const { message, ack: ackOther } = await next();
    expect(message.id).toBe("other");
    ackOther();
    await other;
    ack();
    expect(await Promise.all(calls)).toMatchObject([
      { status: 200, body: { id: "k" } },
      { status: 200, body: { id: "k" } },
    ]);
  });

  test("closing turns away what waits, takes the route away, and can be repeated", async () => {
    const { source } = await caller.open("");
    const answer = call(jsonRequest(1));
    await until(() => takenBy(source) === 1);
    await source.close?.();
    await source.close?.();
    expect(await answer).toMatchObject({ status: 503 });
    expect(await call(jsonRequest(1))).toMatchObject({ status: 404 });
  });

  test("warns that anyone may call", async () => {
    const log = createRecordingLogger();
    const { source } = await caller.open("", { log });
    expect(log.lines).toMatchObject([{ level: "warn" }]);
    await source.close?.();
    const quiet = createRecordingLogger();
    await caller.open("auth: { bearer: t }", { log: quiet });
    expect(quiet.lines).toEqual([]);
  });

  test("requests beyond what the pipeline has room for, until there is room", async () => {
    const { source, next } = await caller.open("", { maxInFlight: 2 });
    const answers = [call(jsonRequest(1)), call(jsonRequest(2))];
    await until(() => takenBy(source) === 2);
    const refused = await call(jsonRequest(3));
    expect(refused).toMatchObject({ status: 503, body: { code: "WEBHOOK_NO_ROOM" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    (await next()).ack();
    const late = call(jsonRequest(4));
    await until(() => takenBy(source) === 3);
    await source.close?.();
    // The second was pulled with the first, and is the pipeline's to settle.
    (await next()).ack();
    expect((await Promise.all([...answers, late])).map((each) => each.status)).toEqual([200, 200, 503]);
  });
});
