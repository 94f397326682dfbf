import { describe, expect, test } from "vitest";
import type { Delivery, Message } from "../../message.ts";
import { sourceFrom } from "../../testing/component.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { generateSource } from "./generate.ts";

function start(yaml: string) {
  const clock = createManualClock();
  const source = sourceFrom(generateSource, yaml, { clock });
  const stop = new AbortController();
  const batches = source.deliveries(stop.signal)[Symbol.asyncIterator]();
  const next = async (): Promise<Message[]> =>
    ((await batches.next()).value ?? []).map((delivery: Delivery) => delivery.message);
  return { clock, source, stop, batches, next };
}

describe("generate", () => {
  test("the first message comes at once, then one every second", async () => {
    const { clock, next } = start("generate: {}");
    expect(await next()).toEqual([
      {
        id: "test@2026-01-01T00:00:00.000Z#0",
        meta: {
          pipeline: "test",
          source: "generate",
          time: "2026-01-01T00:00:00.000Z",
          receivedAt: "2026-01-01T00:00:00.000Z",
        },
        body: { index: 0 },
      },
    ]);
    const second = next();
    expect(await clock.whenTimer(() => true)).toBe(1_000);
    clock.advance(1_000);
    expect(await second).toMatchObject([{ body: { index: 1 }, meta: { time: "2026-01-01T00:00:01.000Z" } }]);
  });

  test("every sets the pace; a slow pipeline gets late what was due, none left out", async () => {
    const { clock, next } = start("generate: { every: 100ms }");
    await next();
    clock.advance(250);
    expect((await next()).map((message) => message.body)).toEqual([{ index: 1 }, { index: 2 }]);
    void next();
    expect(await clock.whenTimer(() => true)).toBe(50);
  });

  test("every: 0s is as fast as they are taken", async () => {
    const { next } = start("generate: { every: 0s }");
    expect([(await next()).length, (await next()).length]).toEqual([100, 100]);
  });

  test("count ends it; the source then waits for its end", async () => {
    const { next, batches, stop, source } = start("generate: { every: 0s, count: 3 }");
    expect((await next()).length).toBe(3);
    const end = batches.next();
    expect(source.status?.()).toEqual({ state: "waiting", detail: "3 messages made" });
    stop.abort();
    expect((await end).done).toBe(true);
  });

  test("body and device shape the messages", async () => {
    const yaml = `generate: { every: 0s, count: 2, body: '{ "n": index + 1, "at": $meta.time }', device: "dev-{{ n }}" }`;
    expect(await start(yaml).next()).toMatchObject([
      { body: { n: 1, at: "2026-01-01T00:00:00.000Z" }, meta: { device: "dev-1" } },
      { body: { n: 2 }, meta: { device: "dev-2" } },
    ]);
  });

  test("an expression that fails breaks the source, located", async () => {
    const { next } = start(`generate: { body: '$number("x")' }`);
    await expect(next()).rejects.toMatchObject({ code: "EXPRESSION_FAILED" });
  });

  test("an abort ends the wait", async () => {
    const { next, batches, stop } = start("generate: {}");
    await next();
    const end = batches.next();
    stop.abort();
    expect((await end).done).toBe(true);
  });
});
