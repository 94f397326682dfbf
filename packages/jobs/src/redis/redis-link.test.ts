import { SignalboxError } from "@signalbox/core";
import { freePort, missingServer, startRedis, type TestServer } from "@signalbox/core/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeTopic } from "@signalbox/core/testing";
import { testBackend } from "../testing/fixtures.ts";
import { createTestLog } from "../testing/log.ts";

describe.skipIf(missingServer("redis") !== undefined)("Redis that goes and comes", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test("a Redis that is not there is STORE_UNREACHABLE, and opening can be tried again", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { store, queue } = testBackend({ kind: "redis", url });
    const refusal = { code: "STORE_UNREACHABLE", isRetryable: true };
    await expect(store.open()).rejects.toMatchObject(refusal);
    await expect(store.open()).rejects.toMatchObject(refusal);
    await expect(queue.open()).rejects.toMatchObject(refusal);
    await store.close();
  });

  test("opening ends when it is told to", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { store } = testBackend({ kind: "redis", url });
    await expect(store.open(AbortSignal.abort())).rejects.toBeInstanceOf(SignalboxError);
  });

  test("away, commands fail soon; back, all goes on; the log says each once", async () => {
    const log = createTestLog();
    const { store, queue } = testBackend({ kind: "redis", url: server.url }, log);
    await store.open();
    await queue.open();
    const probe = await probeTopic(queue, "away");
    await server.kill();
    const refusal = { code: "STORE_UNREACHABLE", isRetryable: true };
    const away = [
      store.lanes.append("l", [{ row: "r", value: "v" }], { dueAt: 0, attempts: 0 }),
      store.collection({ name: "c", indexes: [] }).count(),
      queue.add("away", [{ id: "lost", data: null }]),
      queue.counts("away"),
    ];
    for (const each of await Promise.allSettled(away)) {
      expect(each).toMatchObject({ status: "rejected", reason: refusal });
    }
    await server.restart();
    await log.line(/answers again/);
    await queue.add("away", [{ id: "a", data: null }]);
    expect(await probe.finishNext()).toMatchObject({ id: "a" });
    await store.lanes.append("l", [{ row: "r", value: "v" }], { dueAt: 0, attempts: 0 });
    const sentences = log.lines.map(({ level, sentence }) => `${level}: ${sentence}`);
    expect(sentences).toEqual([
      "warn: The store does not answer; trying to reach it again.",
      "info: The store answers again.",
    ]);
    await queue.close();
    await store.close();
  });

  test("a handler that runs while Redis is frozen is told to stop, and its job runs again", async () => {
    const { queue } = testBackend({ kind: "redis", url: server.url });
    await queue.open();
    const probe = await probeTopic(queue, "frozen");
    await queue.add("frozen", [{ id: "a", data: null }]);
    const first = await probe.next();
    server.freeze();
    await new Promise((resolve) => first.signal.addEventListener("abort", resolve));
    server.thaw();
    first.fail(first.signal.reason);
    expect(await probe.finishNext()).toMatchObject({ id: "a", start: 2 });
    await queue.close();
  });

  test("closing does not wait for a Redis that is gone", async () => {
    const { store, queue } = testBackend({ kind: "redis", url: server.url });
    await store.open();
    await queue.open();
    const probe = await probeTopic(queue, "gone");
    await queue.add("gone", [{ id: "a", data: null }]);
    const start = await probe.next();
    await server.kill();
    start.done();
    await queue.close();
    await store.close();
    expect(start.signal.aborted).toBe(true);
    await server.restart();
  });

  test("no text tells a password", async () => {
    const client = new Redis(server.url);
    await client.config("SET", "requirepass", "right");
    const { hostname, port } = new URL(server.url);
    const log = createTestLog();
    const { store } = testBackend({ kind: "redis", url: `redis://:secret@${hostname}:${port}` }, log);
    const error: unknown = await store.open().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "STORE_REQUEST_REFUSED" });
    const texts = JSON.stringify([error, (error as Error).message, (error as Error).cause, log.lines]);
    expect(texts).not.toContain("secret");
    await client.config("SET", "requirepass", "");
    client.disconnect();
  });
});
