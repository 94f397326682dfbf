import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../log.ts";
import { command } from "../testing/control-api.ts";
import type { ControlApi } from "./api.ts";
import { type CommandClient, createControlClient } from "./client.ts";
import { type ControlServer, createControlServer } from "./server.ts";

let folder: string;
let server: ControlServer;
let client: CommandClient;
/** What the engine was asked, in order. */
let asked: unknown[];

const note = (what: string) => (key: string, by: string) => {
  asked.push([what, key, by]);
  return Promise.resolve(command);
};

const commands: ControlApi["commands"] = {
  senders: () => ["akenza"],
  accept: (given) => {
    asked.push(...given);
    return Promise.resolve();
  },
  list: (query) => {
    asked.push(query);
    return Promise.resolve([command, { ...command, key: "k0" }].slice(0, query.limit));
  },
  get: (key) => Promise.resolve(key === "gone" ? undefined : { ...command, key }),
  cancel: note("cancel"),
  resend: note("resend"),
};

beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), "sb-commands-"));
  const path = join(folder, "control.sock");
  // Nothing else is asked for here.
  const api = { commands, changes: { note: () => Promise.resolve() } } as unknown as ControlApi;
  server = createControlServer({ path, api, log: silentLogger, redact: (text) => text });
  await server.open();
  client = createControlClient({ path }).commands;
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test("commands are listed page by page, by what is asked for", async () => {
  const since = "2026-03-01T00:00:00Z";
  const page = await client.list({ pipeline: "a&b", state: "unknown", since, order: "oldest", limit: 1 });
  expect(page).toEqual({ commands: [command], next: "2026-03-01T10:00:00.000Z,k1" });
  const last = await client.list({ device: "d1", message: "m#1", after: page.next ?? "", limit: 7 });
  expect(last.next).toBeUndefined();
  expect(asked).toEqual([
    { pipeline: "a&b", state: "unknown", since: Date.parse(since), oldestFirst: true, limit: 2 },
    { device: "d1", message: "m#1", after: { at: command.at, key: "k1" }, oldestFirst: false, limit: 8 },
  ]);
});

test("one command is shown by its key, whatever is in it", async () => {
  expect((await client.get("a/b c")).key).toBe("a/b c");
  await expect(client.get("gone")).rejects.toMatchObject({ code: "COMMAND_KEY_UNKNOWN" });
});

test("a person cancels, sends again, and sends by hand over a connection that takes commands", async () => {
  await client.cancel("k1", "ada");
  await client.resend("k2", "ada");
  const order = { connection: "akenza", device: "d1", payload: { on: true }, expiresAt: 5, by: "ada" };
  const sent = await client.send(order);
  expect(asked).toEqual([
    ["cancel", "k1", "ada"],
    ["resend", "k2", "ada"],
    expect.objectContaining({ ...order, key: sent.key, pipeline: "(by hand)", sink: "(by hand)" }),
  ]);
  await expect(client.send({ ...order, connection: "orders" })).rejects.toMatchObject({
    code: "CONTROL_SENDER_UNKNOWN",
  });
});

test.each([
  [{ limit: 0 }],
  [{ limit: 5, state: "done" as "sent" }],
  [{ limit: 5, since: "yesterday" }],
  [{ limit: 5, order: "random" as "newest" }],
  [{ limit: 5, after: "k1" }],
])("a question that cannot be meant is refused: %j", async (query) => {
  await expect(client.list(query)).rejects.toMatchObject({ code: "CONTROL_QUERY_INVALID" });
});

test("a request without a person is refused", async () => {
  await expect(client.cancel("k1", "")).rejects.toMatchObject({ code: "CONTROL_BODY_INVALID" });
  expect(asked).toEqual([]);
});
