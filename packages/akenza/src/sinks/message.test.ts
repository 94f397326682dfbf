import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import type { Message, Sink } from "@signalbox/core";
import { createManualClock, sinkFrom } from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { connectTo, read } from "../testing/harness.ts";
import { project, second } from "../testing/project.ts";
import { akenzaMessageSink } from "./message.ts";

const never = new AbortController().signal;
let simulator: Simulator;
let connection: AkenzaConnection;

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  connection = await connectTo(simulator, { context: { clock: createManualClock() } });
});

afterEach(async () => {
  await connection.close();
  await simulator.close();
});

async function sinkOf(yaml: string): Promise<Sink> {
  const sink = sinkFrom(akenzaMessageSink, yaml, { project, connections: { akenza: connection } });
  await sink.open?.(never);
  return sink;
}

const time = "2026-01-01T00:00:00.000Z";
const messages = (...bodies: unknown[]): Message[] =>
  bodies.map((body, index) => ({
    id: `m${index}`,
    meta: { pipeline: "test", source: "generate", time, receivedAt: time },
    body,
  }));

test("bodies go out as they are, in order, over the socket that the pipelines share", async () => {
  const sink = await sinkOf("akenzaMessage: {}");
  const results = await sink.write(messages({ type: "ping", id: 7 }, [1, "two"], "text", null), never);
  expect(results).toEqual(Array.from({ length: 4 }, () => ({ status: "delivered" })));
  await simulator.received.waitForTotal(4);
  expect(simulator.received.entries.map((each) => each.text)).toEqual([
    '{"type":"ping","id":7}',
    '[1,"two"]',
    '"text"',
    "null",
  ]);
  await sink.close?.();
  await simulator.until(() => simulator.subscriptions().length === 0);
});

test("an answer comes back as a frame; withId gives it the number it repeats", async () => {
  const frames = await read(connection, { events: ["frame"] });
  const sink = await sinkOf("akenzaMessage: { withId: true }");
  await sink.write(messages({ type: "ping" }, { type: "ping", id: 4711 }), never);
  const answers = (await frames.has(2)).map((each) => each.body as { type: string; replyTo: number });
  const sent = simulator.received.entries.map((each) => JSON.parse(each.text) as { id: number });
  expect(Number.isInteger(sent[0]?.id)).toBe(true);
  expect(sent[1]?.id).toBe(4711);
  expect(answers.map((each) => [each.type, each.replyTo])).toEqual(sent.map((each) => ["pong", each.id]));
  await sink.close?.();
  await frames.stop();
});

test("messages go out by the connection the sink names", async () => {
  const sink = sinkFrom(akenzaMessageSink, "akenzaMessage: { connection: second }", {
    project: { ...project, settings: second },
    connections: { second: connection },
  });
  await sink.open?.(never);
  expect(await sink.write(messages({ type: "ping" }), never)).toEqual([{ status: "delivered" }]);
  await simulator.received.waitForTotal(1);
  await sink.close?.();
});

test("while the socket is down writes are to be tried again", async () => {
  const sink = await sinkOf("akenzaMessage: {}");
  simulator.faults.refuseUpgrades({ status: 503, times: 0 });
  simulator.faults.dropConnections();
  await simulator.connections.waitFor((each) => each.event === "closed");
  const [result] = await writtenWhileDown(sink);
  expect(result).toMatchObject({ status: "retryable", cause: { code: "AKENZA_NOT_CONNECTED", isRetryable: true } });
  await sink.close?.();
});

/** The end of the connection may be seen a moment later here than there. */
async function writtenWhileDown(sink: Sink): ReturnType<Sink["write"]> {
  for (;;) {
    const results = await sink.write(messages({ type: "ping" }), never);
    if (results[0]?.status !== "delivered") return results;
  }
}

test("a body that is no JSON is rejected", async () => {
  const sink = await sinkOf("akenzaMessage: {}");
  expect(await sink.write(messages(undefined), never)).toMatchObject([
    { status: "rejected", cause: { code: "SINK_WRITE_FAILED" } },
  ]);
  await sink.close?.();
});
