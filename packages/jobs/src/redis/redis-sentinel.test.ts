import {
  askRedis,
  freePort,
  missingServer,
  probeTopic,
  type SentinelRedis,
  startSentinelRedis,
} from "@signalbox/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RedisSettings } from "../settings.ts";
import { testBackend } from "../testing/fixtures.ts";
import { untilTaken } from "../testing/until-taken.ts";

const due = { dueAt: 0, attempts: 0 };
/** A master that hangs is given up after 10 s, and the job's lock has to run out. */
const limitMs = 60_000;

describe.skipIf(missingServer("redis") !== undefined)("a Redis behind a sentinel", () => {
  let servers: SentinelRedis;
  let settings: RedisSettings;
  beforeEach(async () => {
    servers = await startSentinelRedis();
    // The first sentinel of the list is not there.
    const sentinels = [`127.0.0.1:${await freePort()}`, new URL(servers.sentinel.url).host];
    settings = { kind: "redis", sentinels, name: servers.name };
  });
  afterEach(() => servers.stop());

  /** Replication is asynchronous: only what the replica has can survive a failover. */
  function replicate(): void {
    const offsetOf = (server: SentinelRedis["master"], field: string): number =>
      Number(new RegExp(`${field}:(\\d+)`).exec(askRedis(server, "INFO", "replication"))?.[1]);
    const written = offsetOf(servers.master, "master_repl_offset");
    while (offsetOf(servers.replica, "slave_repl_offset") < written);
  }

  test.each([
    ["dies", (): Promise<void> => servers.master.kill()],
    ["hangs", async (): Promise<void> => servers.master.freeze()],
  ])(
    "D5 when the master %s, the replica has parked messages, rows and jobs, and all goes on",
    async (_, fail) => {
      const { store, queue } = testBackend(settings);
      await store.open();
      await queue.open();
      const rows = store.collection<number>({ name: "kept", indexes: [] });
      const probe = await probeTopic(queue, "kept");
      await store.lanes.append("kept", [{ row: "r", value: "before" }], due);
      await rows.insert([{ key: "before", at: 1, fields: {}, value: 1 }]);
      await queue.add("kept", [{ id: "later", data: "before", runAt: Date.now() + 6_000 }]);
      replicate();
      await fail();
      await untilTaken(() => store.lanes.append("kept", [{ row: "r", value: "after" }], due));
      const [row] = await store.lanes.due("kept", Infinity, { rows: 9, entriesPerRow: 9 });
      const values = row?.entries.map(({ value }) => value);
      expect(values?.[0]).toBe("before");
      expect(values?.at(-1)).toBe("after");
      expect(await rows.get("before")).toMatchObject({ value: 1 });
      expect(await probe.finishNext()).toMatchObject({ id: "later", data: "before" });
      expect(askRedis(servers.replica, "ROLE")).toMatch(/^master/);
      await queue.close();
      await store.close();
    },
    limitMs,
  );

  test("a master that was replaced and is back is not written to", async () => {
    const [before, after] = [testBackend(settings), testBackend(settings)];
    await before.store.open();
    await servers.master.kill();
    await untilTaken(() => before.store.lanes.append("kept", [{ row: "r", value: "while away" }], due));
    await servers.master.restart();
    await after.store.open();
    await after.store.lanes.append("kept", [{ row: "r", value: "back" }], due);
    const [row] = await before.store.lanes.due("kept", Infinity, { rows: 9, entriesPerRow: 9 });
    expect(row?.entries.at(-1)?.value).toBe("back");
    expect(askRedis(servers.replica, "HGET", "{signalbox}:s:size:kept", "entries")).toBe(`${row?.entries.length}`);
    await before.store.close();
    await after.store.close();
  });

  test("without any sentinel, opening fails soon and says why", async () => {
    const { store } = testBackend({ kind: "redis", sentinels: [`127.0.0.1:${await freePort()}`], name: "main" });
    const message = expect.stringMatching(/sentinels are unreachable/) as string;
    await expect(store.open()).rejects.toMatchObject({ code: "STORE_UNREACHABLE", isRetryable: true, message });
  });

  test("replicas that nobody waits for are a weakness, and wanting one is none", async () => {
    const { store } = testBackend(settings);
    await store.open();
    expect(await store.durabilityWarnings()).toEqual([expect.stringContaining("min-replicas-to-write 0")]);
    askRedis(servers.master, "CONFIG", "SET", "min-replicas-to-write", "1");
    expect(await store.durabilityWarnings()).toEqual([]);
    await store.close();
  });

  test("servers and sentinels have passwords of their own, which no text tells", async () => {
    for (const server of [servers.master, servers.replica])
      askRedis(server, "CONFIG", "SET", "requirepass", "secret-1");
    askRedis(servers.sentinel, "ACL", "SETUSER", "default", "resetpass", ">secret-2");
    const openWith = async (password: string, sentinelPassword: string): Promise<unknown> => {
      const { store } = testBackend({ ...settings, password, sentinelPassword });
      try {
        await store.open();
      } catch (error) {
        return error;
      } finally {
        await store.close();
      }
      return "open";
    };
    expect(await openWith("secret-1", "secret-2")).toBe("open");
    const refused = await openWith("wrong-1", "secret-2");
    expect(refused).toMatchObject({ code: "STORE_REQUEST_REFUSED" });
    const unheard = await openWith("secret-1", "wrong-2");
    expect(unheard).toMatchObject({ code: "STORE_UNREACHABLE", isRetryable: true });
    for (const error of [refused, unheard]) expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/wrong-/);
  });
});
