// Messages through an engine, as a receiver of traces sees them.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delivered, failed, SignalboxError } from "@signalbox/core";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Collected } from "./testing/otlp-receiver.ts";
import { startTraced } from "./testing/traced-engine.ts";

const named =
  (name: string) =>
  (span: Collected): boolean =>
    span.name === name;
const find = (spans: readonly Collected[], name: string): Collected => {
  const found = spans.find(named(name));
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((each) => each.name).join(", ")}`);
  return found;
};
const refusal = () => failed(new SignalboxError("SINK_WRITE_FAILED", "it says p4yload", { isRetryable: false }));
const notNow = () => failed(new SignalboxError("SINK_WRITE_FAILED", "not now", { isRetryable: true }));

const fed = `
name: fed
source: { feed: { id: in } }
steps:
  - filter: a > 0
  - transform: '{ "b": a }'
sinks: [{ probe: { id: out }, retry: { attempts: 3, backoff: 1ms } }]
`;

/** A server that keeps the headers it was sent, and answers as told. */
async function world(statuses: readonly number[] = []) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers["traceparent"] as string | undefined);
    request.resume();
    request.on("end", () => response.writeHead(statuses[seen.length - 1] ?? 204).end());
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe("a message that is sampled", () => {
  test("is a trace from its source over its steps to its sinks", async () => {
    const { run, receiver } = await startTraced(fed);
    await run.feed("in").send({ id: "m1", device: "d1", body: { a: 1, secret: "p4yload" } });
    const spans = await receiver.until((all) => all.some(named("process fed")));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const whole = find(spans, "process fed");
    expect(whole).toMatchObject({ parentId: undefined, kind: 5, isError: false, service: "building" });
    expect(whole.attributes).toMatchObject({
      "messaging.system": "signalbox",
      "messaging.operation.type": "process",
      "messaging.message.id": "m1",
      "signalbox.pipeline": "fed",
      "signalbox.source": "feed",
      "signalbox.device": "d1",
      "signalbox.delivered": 1,
    });
    for (const name of ["step filter", "step transform", "send probe"]) {
      const part = find(spans, name);
      expect([name, part.parentId, part.isError]).toEqual([name, whole.spanId, false]);
      expect(part.startMs).toBeGreaterThanOrEqual(whole.startMs - 0.01);
      expect(part.endMs).toBeLessThanOrEqual(whole.endMs + 2);
    }
    expect(find(spans, "send probe").attributes).toMatchObject({
      "signalbox.outcome": "delivered",
      "signalbox.attempt": 1,
    });
    expect(receiver.bodies.join()).not.toContain("p4yload");
    expect(receiver.headers[0]).toMatchObject({ authorization: "Bearer t0ken" });
  });

  test("is told of where a step takes it off, and where it is split", async () => {
    const { run, receiver } = await startTraced(`${fed}---
name: parts
source: { feed: { id: parts } }
steps: [{ split: items }]
sinks: [{ probe: { id: out } }]
`);
    await run.feed("in").send({ id: "m1", body: { a: 0 } });
    await run.feed("parts").send({ id: "m2", body: { items: [{ n: 1 }, { n: 2 }] } });
    const spans = await receiver.until((all) => all.some(named("process parts")));
    expect(find(spans, "step filter").attributes).toMatchObject({ "signalbox.outcome": "discarded" });
    expect(find(spans, "process fed").attributes).toMatchObject({ "signalbox.discarded": 1, "signalbox.delivered": 0 });
    const { spanId, attributes } = find(spans, "process parts");
    expect(attributes).toMatchObject({ "signalbox.parts": 2, "signalbox.delivered": 2 });
    expect(spans.filter((span) => span.parentId === spanId && span.name === "send probe")).toHaveLength(2);
  });

  test("continues its caller's trace, and hands it on to an http sink, with the request", async () => {
    const there = await world();
    const { run, receiver } = await startTraced(`
name: calls
source: { webhook: { path: /calls, respond: settled } }
sinks: [{ http: { url: "${there.url}/bms?token=s3cret" } }]
`);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { "content-type": "application/json", traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    await fetch(`${run.engine.status().httpUrl}/calls`, { method: "POST", headers, body: '{"n":1}' });
    const spans = await receiver.until((all) => all.some(named("process calls")));
    expect(new Set(spans.map((each) => each.traceId))).toEqual(new Set([traceId]));
    expect(find(spans, "process calls").parentId).toBe("b7ad6b7169203331");
    const sent = find(spans, "send http");
    expect(there.seen).toEqual([`00-${traceId}-${sent.spanId}-01`]);
    expect(sent.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.response.status_code": 204,
      "url.full": `${there.url}/bms`,
      "server.address": "127.0.0.1",
    });
    expect(receiver.bodies.join()).not.toContain("s3cret");
  });

  test("is in one trace through pipelines that hand it on", async () => {
    const { run, receiver } = await startTraced(`
name: first
source: { feed: { id: in } }
sinks: [{ pipeline: second }]
---
name: second
source: { pipeline: {} }
sinks: [{ probe: { id: out } }]
`);
    await run.feed("in").send({ id: "m1" });
    const spans = await receiver.until((all) => all.some(named("process first")));
    expect(find(spans, "process second").parentId).toBe(find(spans, "send pipeline").spanId);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test("of a batch has the try in its own trace; the tries name one another", async () => {
    const { run, receiver } = await startTraced(`
name: fed
source: { feed: { id: in } }
sinks: [{ batchProbe: { id: out }, batch: { count: 3, linger: 1s } }]
`);
    await Promise.all(["a", "b", "c"].map((id) => run.feed("in").send({ id })));
    await receiver.until((all) => all.filter(named("send batchProbe")).length === 3);
    const tries = receiver.spans.filter(named("send batchProbe"));
    expect(new Set(tries.map(({ traceId }) => traceId)).size).toBe(3);
    const [first, second] = tries;
    expect(first?.links).toEqual(tries.slice(1).map(({ traceId, spanId }) => ({ traceId, spanId })));
    expect(second?.links).toEqual([{ traceId: first?.traceId, spanId: first?.spanId }]);
    expect(first?.attributes["messaging.batch.message_count"]).toBe(3);
  });
});

describe("at a share of 0", () => {
  test("what goes well is not exported, and what fails in a step is", async () => {
    const { run, receiver, stop } = await startTraced(fed, { share: 0 });
    await run.feed("in").send({ id: "good", body: { a: 1 } });
    await run.feed("in").send({ id: "bad", body: { a: "p4yload" } });
    await stop();
    const ids = receiver.spans.filter(named("process fed")).map(({ attributes }) => attributes["messaging.message.id"]);
    expect(ids).toEqual(["bad"]);
    const step = find(receiver.spans, "step filter");
    expect(step.isError).toBe(true);
    expect(step.attributes["error.type"]).toMatch(/^EXPRESSION_/);
    expect(find(receiver.spans, "process fed")).toMatchObject({ isError: true });
    expect(receiver.bodies.join()).not.toContain("p4yload");
  });

  test("what a sink rejects is exported with the code and without the words", async () => {
    const { run, receiver, stop } = await startTraced(fed, { share: 0 });
    run.probe("out").answer = refusal;
    await run.feed("in").send({ id: "m1", body: { a: 1 } });
    await stop();
    expect(find(receiver.spans, "send probe").attributes).toMatchObject({
      "error.type": "SINK_WRITE_FAILED",
      "signalbox.outcome": "rejected",
    });
    expect(find(receiver.spans, "step filter").attributes).toMatchObject({ "signalbox.outcome": "passed" });
    expect(find(receiver.spans, "process fed").attributes).toMatchObject({ "signalbox.dead_lettered": 1 });
    expect(receiver.bodies.join()).not.toContain("p4yload");
  });

  test("what is parked is exported, and each further try in its trace", async () => {
    const { run, receiver, stop } = await startTraced(fed, { share: 0 });
    const out = run.probe("out");
    out.answer = (_message, nth) => (nth < 3 ? notNow() : delivered);
    await run.feed("in").send({ id: "m1", body: { a: 1 } });
    await out.until((got) => got.length === 1);
    await run.until(() => run.counts("fed").parked === 0);
    await stop();
    const whole = find(receiver.spans, "process fed");
    const tries = receiver.spans.filter(named("send probe"));
    expect(tries.map(({ attributes }) => attributes["signalbox.attempt"])).toEqual([1, 2, 3]);
    expect(tries.map(({ isError }) => isError)).toEqual([true, true, false]);
    for (const each of tries) expect(each).toMatchObject({ traceId: whole.traceId, parentId: whole.spanId });
  });

  test("parked tries carry the message's trace to the server, and their own place in it", async () => {
    const there = await world([503, 204]);
    const { run, receiver, stop } = await startTraced(
      `
name: fed
source: { feed: { id: in } }
sinks: [{ http: { url: "${there.url}" }, retry: { attempts: 3, backoff: 1ms } }]
`,
      { share: 0 },
    );
    await run.feed("in").send({ id: "m1" });
    await run.until(() => run.writes("fed", "http").delivered === 1);
    await stop();
    const whole = find(receiver.spans, "process fed");
    const [first, second] = receiver.spans.filter(named("send http"));
    expect(first?.attributes).toMatchObject({ "http.response.status_code": 503 });
    expect(second?.attributes).toMatchObject({ "http.response.status_code": 204, "http.request.resend_count": 1 });
    // The first try was none of a sampled message: it stands below the message itself.
    expect(there.seen[0]).toBe(`00-${whole.traceId}-${whole.spanId}-00`);
    expect(there.seen[1]).toBe(`00-${whole.traceId}-${second?.spanId}-01`);
  });

  test("everything is exported for a while when somebody asks", async () => {
    const { run, receiver, stop } = await startTraced(fed, { share: 0 });
    const { traces } = run.engine;
    await run.feed("in").send({ id: "before", body: { a: 1 } });
    expect(traces?.takeAll(60_000, "ada").allUntil).toBeDefined();
    await run.feed("in").send({ id: "meanwhile", body: { a: 1 } });
    expect(traces?.takeAll(0, "ada").allUntil).toBeUndefined();
    await run.feed("in").send({ id: "after", body: { a: 1 } });
    await stop();
    const ids = receiver.spans.filter(named("process fed")).map(({ attributes }) => attributes["messaging.message.id"]);
    expect(ids).toEqual(["meanwhile"]);
    expect(run.log.lines).toContainEqual(
      expect.objectContaining({ level: "info", sentence: "All traces are exported for a while." }),
    );
  });

  test("the other pipelines of a trace that something went wrong in are exported, too", async () => {
    const { run, receiver, stop } = await startTraced(
      `
name: first
source: { feed: { id: in } }
sinks: [{ pipeline: second }]
---
name: second
source: { pipeline: {} }
sinks: [{ probe: { id: out } }]
`,
      { share: 0 },
    );
    run.probe("out").answer = refusal;
    await run.feed("in").send({ id: "m1" });
    await stop();
    expect(find(receiver.spans, "process second").parentId).toBe(find(receiver.spans, "process first").spanId);
  });
});

test("a share is taken of new traces, and a caller's decision is kept", async () => {
  const { run, receiver, stop } = await startTraced(fed, { share: 0.2 });
  const ids = Array.from({ length: 500 }, (_, at) => `m${at}`);
  await Promise.all(ids.map((id) => run.feed("in").send({ id, body: { a: 1 } })));
  await stop();
  const wholes = receiver.spans.filter(named("process fed"));
  expect(wholes.length).toBeGreaterThan(50);
  expect(wholes.length).toBeLessThan(150);
  // The share is told from the id, so that others who take the same one take the same traces.
  for (const { traceId } of wholes)
    expect(Number.parseInt(traceId.slice(18, 26), 16)).toBeGreaterThanOrEqual(0.8 * 2 ** 32);
});

test("a tick is a trace with what was planned, and its message in it", async () => {
  const { run, receiver, stop } = await startTraced(`
name: ticking
source: { schedule: { every: 1s } }
sinks: [{ probe: { id: out } }]
`);
  await run.probe("out").until((got) => got.length === 1);
  await stop();
  const tick = find(receiver.spans, "tick ticking");
  const { attributes } = tick;
  expect(attributes).toMatchObject({ "signalbox.tick.timing": "on-time", "signalbox.tick.outcome": "succeeded" });
  const planned = Date.parse(String(attributes["signalbox.tick.planned_at"]));
  expect(attributes["signalbox.tick.lateness_ms"]).toBeCloseTo(tick.startMs - planned, 2);
  const whole = receiver.spans.find((span) => span.parentId === tick.spanId);
  expect(whole).toMatchObject({ name: "process ticking", traceId: tick.traceId });
  const said = run.log.lines.find(
    ({ sentence, fields }) => sentence === "A tick runs." && fields["tick"] === attributes["signalbox.tick.id"],
  );
  expect(said?.fields).toMatchObject({ trace_id: tick.traceId, span_id: tick.spanId });
});

test("a tick that fails says so in its trace, also in the log", async () => {
  const { run, receiver, stop } = await startTraced(`
name: failing
source: { schedule: { every: 1s } }
steps: [{ transform: $error("no") }]
sinks: [{ drop: {} }]
`);
  const spans = await receiver.until((all) => all.some(({ name, isError }) => name === "tick failing" && isError));
  await stop();
  const { traceId, spanId } = find(spans, "tick failing");
  const failure = run.log.lines.find(({ sentence }) => sentence === "A tick failed.");
  expect(failure?.fields).toMatchObject({ pipeline: "failing", trace_id: traceId, span_id: spanId });
});

test("secrets in what a span tells are taken out", async () => {
  const { run, receiver, stop } = await startTraced(fed, { secrets: ["hunter2"] });
  await run.feed("in").send({ id: "order-hunter2", device: "hunter2", body: { a: 1 } });
  await stop();
  expect(find(receiver.spans, "process fed").attributes["messaging.message.id"]).toBe("order-[redacted]");
  expect(receiver.bodies.join()).not.toContain("hunter2");
});
