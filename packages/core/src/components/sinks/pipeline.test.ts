import { describe, expect, test } from "vitest";
import type { Message } from "../../message.ts";
import { sinkFrom, sourceFrom, testMessage } from "../../testing/component.ts";
import { createChains } from "../../testing/services.ts";
import { pipelineSource } from "../sources/pipeline.ts";
import { pipelineSink } from "./pipeline.ts";

const signal = new AbortController().signal;

/** A pipeline `up` whose sink sends to the source of a pipeline `down`. */
function chain(maxInFlight = 10) {
  const services = { chains: createChains() };
  const alongside = "name: down\nsource: { pipeline: {} }\nsinks: [ { idle-sink: {} } ]";
  const project = { definitions: [pipelineSource], alongside };
  const sink = sinkFrom(pipelineSink, "pipeline: down", { services, pipeline: "up", project });
  const source = sourceFrom(pipelineSource, "pipeline: {}", { services, pipeline: "down", maxInFlight });
  const batches = source.deliveries(signal)[Symbol.asyncIterator]();
  const send = (message: Message) => sink.write([message], signal);
  return { sink, source, send, next: async () => ((await batches.next()).value ?? [])[0]! };
}

describe("pipeline sink and source", () => {
  test("hands a message over and is told when it is settled", async () => {
    const { source, send, next } = chain();
    await source.open?.(signal);
    const message = testMessage(
      { a: 1 },
      { id: "m7", meta: { pipeline: "up", source: "akenza", device: "d1", hops: 2 } },
    );
    const results = send(message);
    const { message: received, ack } = await next();
    expect(received).toEqual({ ...message, meta: { ...message.meta, pipeline: "down", source: "pipeline", hops: 3 } });
    expect(await Promise.race([results, Promise.resolve("waits")])).toBe("waits");
    ack();
    expect(await results).toEqual([{ status: "delivered" }]);
  });

  test("a refused message is tried again", async () => {
    const { source, send, next } = chain();
    await source.open?.(signal);
    const results = send(testMessage(1));
    (await next()).nack(new Error("stopping"));
    expect(await results).toMatchObject([{ status: "retryable", cause: { code: "CHAIN_TARGET_REFUSED" } }]);
  });

  test("a target that does not run, or has no room, is tried again", async () => {
    const { source, send } = chain(1);
    const refused = [{ status: "retryable", cause: { code: "CHAIN_TARGET_REFUSED" } }];
    expect(await send(testMessage(1))).toMatchObject(refused);
    await source.open?.(signal);
    const taken = send(testMessage(1));
    expect(await send(testMessage(2))).toMatchObject(refused);
    await source.close?.();
    expect(await taken).toMatchObject(refused);
    expect(await send(testMessage(3))).toMatchObject(refused);
  });

  test("passes at most 16 pipelines", async () => {
    const { source, send, next } = chain();
    await source.open?.(signal);
    const results = send(testMessage(1, { meta: { hops: 15 } }));
    (await next()).ack();
    expect(await results).toEqual([{ status: "delivered" }]);
    expect(await send(testMessage(1, { meta: { hops: 16 } }))).toMatchObject([
      { status: "rejected", cause: { code: "CHAIN_TOO_LONG" } },
    ]);
  });

  test("the source says whether it can be reached", async () => {
    const { source } = chain();
    expect(source.status?.().state).toBe("connecting");
    await source.open?.(signal);
    expect(source.status?.().state).toBe("live");
    await source.close?.();
    await source.close?.();
    expect(source.status?.().state).toBe("connecting");
  });
});
