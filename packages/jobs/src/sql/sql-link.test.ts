import { freePort, missingServer, probeTopic, startPostgres, type TestServer } from "@signalbox/core/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testBackend } from "../testing/fixtures.ts";
import { createTestLog } from "../testing/log.ts";

describe.skipIf(missingServer("postgres") !== undefined)("PostgreSQL that goes and comes", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test("a PostgreSQL that is not there is STORE_UNREACHABLE, and opening can be tried again", async () => {
    const url = `postgres://user:secret@127.0.0.1:${await freePort()}/db`;
    const { store, queue } = testBackend({ kind: "postgres", url });
    const refusal = {
      code: "STORE_UNREACHABLE",
      isRetryable: true,
      message: expect.not.stringContaining("secret") as string,
    };
    await expect(store.open()).rejects.toMatchObject(refusal);
    await expect(store.open()).rejects.toMatchObject(refusal);
    await expect(queue.open()).rejects.toMatchObject(refusal);
  });

  test("a database that does not exist is refused in the server's words", async () => {
    const { store } = testBackend({ kind: "postgres", url: server.url.replace(/postgres$/, "nowhere") });
    const message = 'PostgreSQL refused a request: database "nowhere" does not exist (3D000)';
    await expect(store.open()).rejects.toMatchObject({ code: "STORE_REQUEST_REFUSED", message });
  });

  test("away, commands fail soon; back, all goes on; the log says each once", async () => {
    const log = createTestLog();
    const { store, queue } = testBackend({ kind: "postgres", url: server.url }, log);
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
    const outage = log.lines.filter(({ fields }) => "store" in fields).map(({ level }) => level);
    expect(outage).toEqual(["warn", "info"]);
    await queue.close();
    await store.close();
  });

  test("an engine has nine connections at most, however many topics it works on", async () => {
    const { queue, store } = testBackend({ kind: "postgres", url: server.url });
    await store.open();
    await queue.open();
    const topics = Array.from({ length: 12 }, (_, i) => `topic-${i}`);
    const probes = await Promise.all(topics.map((topic) => probeTopic(queue, topic)));
    await Promise.all(topics.map((topic) => queue.add(topic, [{ id: "a", data: topic }])));
    const starts = await Promise.all(probes.map((probe) => probe.finishNext()));
    expect(starts.map(({ data }) => data)).toEqual(topics);
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const sql = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'signalbox'";
    const { rows } = await client.query<{ n: number }>(sql);
    expect(rows[0]?.n).toBeLessThanOrEqual(9);
    await client.end();
    await queue.close();
    await store.close();
  });
});
