import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SignalboxError } from "../errors/error.ts";
import { apiOf, codeOf, commands, controlServers, nothingAsked, tick } from "../testing/control-api.ts";
import type { ControlApi } from "./api.ts";
import { createControlClient } from "./client.ts";

const { inFolder, server } = controlServers({ beforeEach, afterEach });

const transports: readonly { name: string; platform: NodeJS.Platform }[] = [
  { name: "unix socket", platform: "linux" },
  { name: "loopback with token", platform: "win32" },
];

describe.each(transports)("control API over a $name", ({ platform }) => {
  const pathOf = (): string => inFolder("state", "control.sock");
  const client = () => createControlClient({ path: pathOf(), platform });

  test("answers each question with what the engine says, secrets taken out", async () => {
    const asked = nothingAsked();
    await server(pathOf(), { api: apiOf(asked), platform }).open();
    expect(await client().version()).toMatchObject({ api: 1, pid: process.pid, signalbox: "1.2.3" });
    const answered = await client().status();
    expect(answered.store.description).toBe("Redis at redis://[secret]@localhost");
    expect(answered.pipelines.map(({ name }) => name)).toEqual(["night setback"]);
    expect((await client().pipelines())[0]?.counts.received).toBe(1);
    const led = { ...tick, commands: { count: 2, ids: ["k1", "k0"] } };
    expect(await client().schedules.history("night setback", 3)).toEqual([led]);
    expect(asked.ticks).toEqual([["night setback", 3]]);
  });

  test("works with dead letters: asks for a page, and for what is done to them", async () => {
    const asked = nothingAsked();
    await server(pathOf(), { api: apiOf(asked), platform }).open();
    const { deadLetters } = client();
    const query = { pipeline: "p", since: "2026-03-01T09:00:00Z", order: "oldest", limit: 1 } as const;
    const page = await deadLetters.list(query);
    expect(page.letters[0]?.original.body).toBe("[secret] says");
    expect(page.next).toBe("2026-03-01T10:00:00.000Z,4f0c");
    expect((await deadLetters.list({ after: page.next ?? "", limit: 2 })).next).toBeUndefined();
    expect((await deadLetters.get("4f0c")).id).toBe("4f0c");
    await deadLetters.edit("4f0c", { part: "shaped", body: null, by: "ada" });
    const results = await deadLetters.redrive(["4f0c", "5a1d"], { to: "sink", by: "ada" }, 20);
    expect(results.map(({ outcome }) => outcome)).toEqual(["parked", "parked"]);
    expect(await deadLetters.purge(["4f0c"], "ada")).toBe(1);
    expect(asked.deadLetters).toEqual([
      { pipeline: "p", since: Date.parse(query.since), oldestFirst: true, limit: 2 },
      { after: { diedAt: "2026-03-01T10:00:00.000Z", id: "4f0c" }, oldestFirst: false, limit: 3 },
      ["4f0c", { part: "shaped", body: null, by: "ada" }],
      [["4f0c", "5a1d"], { to: "sink", by: "ada" }, 20],
      [["4f0c"], "ada"],
    ]);
  });

  test("hands on what is wrong with a letter, and refuses bad requests about it", async () => {
    await server(pathOf(), { platform }).open();
    const { deadLetters } = client();
    expect(await codeOf(deadLetters.get("gone"))).toBe("DEAD_LETTER_UNKNOWN");
    const gone = await deadLetters.preview("4f0c", "pipeline").catch(String);
    expect(gone).toContain("it is gone (mend it)");
    expect(await codeOf(deadLetters.preview("4f0c", "elsewhere" as "sink"))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.list({ since: "yesterday", limit: 1 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.list({ after: "4f0c", limit: 1 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.purge([], "ada"))).toBe("CONTROL_BODY_INVALID");
    expect(await codeOf(deadLetters.edit("4f0c", { part: "shaped", body: "x".repeat(17e6), by: "ada" }))).toBe(
      "CONTROL_BODY_TOO_LARGE",
    );
  });

  test("has the engine reload, or say what would change", async () => {
    await server(pathOf(), { platform }).open();
    expect(await client().reload(true)).toMatchObject({ isCheck: true, unchanged: 2 });
    expect(await client().reload(false)).toMatchObject({ isCheck: false });
  });

  test("refuses a second engine and names the first, which keeps answering", async () => {
    await server(pathOf(), { platform }).open();
    const second = server(pathOf(), { platform });
    const refused = await second.open().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "ENGINE_ALREADY_RUNNING" });
    expect(String(refused)).toContain(`process ${process.pid}`);
    await second.close();
    expect((await client().version()).signalbox).toBe("1.2.3");
  });

  test("is gone after close, and can be opened again by the next engine", async () => {
    const first = server(pathOf(), { platform });
    await first.open();
    await first.close();
    await first.close();
    expect(await codeOf(client().status())).toBe("ENGINE_NOT_RUNNING");
    await server(pathOf(), { platform }).open();
    expect((await client().status()).state).toBe("running");
  });

  test("tells bad questions apart", async () => {
    await server(pathOf(), { platform }).open();
    expect(await codeOf(client().commands.list({ limit: 0 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(client().commands.list({ limit: 5, state: "done" as "sent" }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(client().schedules.history("elsewhere", 5))).toBe("CONTROL_SCHEDULE_UNKNOWN");
  });

  test("hands on the code of a failing store, and hides what it does not understand", async () => {
    const unreachable = new SignalboxError("STORE_UNREACHABLE", "Redis does not answer", { isRetryable: true });
    const failing: ControlApi = {
      ...apiOf(),
      commands: { ...commands, list: () => Promise.reject(unreachable) },
      ticks: () => Promise.reject(new TypeError("x of undefined")),
    };
    await server(pathOf(), { api: failing, platform }).open();
    expect(await codeOf(client().commands.list({ limit: 1 }))).toBe("STORE_UNREACHABLE");
    const hidden = await client()
      .schedules.history("night setback", 1)
      .catch((error: unknown) => error);
    expect(hidden).toMatchObject({ code: "CONTROL_FAILED" });
    expect(String(hidden)).not.toContain("x of undefined");
  });
});
