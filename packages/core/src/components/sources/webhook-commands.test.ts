import { afterEach, beforeEach, expect, test } from "vitest";
import type { Command, CommandQuery, Commands } from "../../commands/contracts.ts";
import { jsonRequest, createWebhookCaller, type WebhookCaller } from "../../testing/webhook-caller.ts";

let caller: WebhookCaller;
let asked: CommandQuery[];
beforeEach(async () => {
  caller = await createWebhookCaller();
  asked = [];
});
afterEach(() => caller.stop());

const command: Command = {
  key: "k 1",
  pipeline: "test",
  sink: "valves",
  message: "m1",
  connection: "akenza",
  device: "d1",
  payload: { secret: "hunter2" },
  maxAttempts: 5,
  backoffMs: 1,
  maxBackoffMs: 1,
  state: "accepted",
  attempts: 1,
  at: "2026-03-01T10:00:00.000Z",
  history: [{ at: "2026-03-01T10:00:00.000Z", state: "queued", attempt: 0 }],
};
// Of the ledger, the webhook asks these two alone.
const ledger: Pick<Commands, "get" | "list"> = {
  get: (key) => Promise.resolve(key === "k 1" ? command : key === "other" ? { ...command, pipeline: "p2" } : undefined),
  list: (query) => {
    asked.push(query);
    return Promise.resolve([command]);
  },
};

/** A webhook of a pipeline that sends commands. */
async function open(fields: string): Promise<Awaited<ReturnType<WebhookCaller["open"]>>> {
  return caller.open(fields, { sendsCommands: true, services: { commands: ledger as Commands } });
}

const get = (path: string, headers: Record<string, string> = {}) => caller.call({ method: "GET", headers }, path);

test("an answer names the commands that its message led to, and where to ask for each", async () => {
  const { next } = await open("path: '/valves/:id'");
  const answer = caller.call(jsonRequest({ open: true }), "/valves/7");
  (await next()).ack({ delivered: 1, discarded: 0, deadLettered: 0, parked: 0, commands: ["k 1"] });
  const { body } = await answer;
  expect(body).toMatchObject({ delivered: 1, commands: [{ key: "k 1", path: "/valves/7/commands/k%201" }] });
  const shown = await get("/valves/7/commands/k%201");
  expect(shown).toMatchObject({ status: 200, body: { key: "k 1", state: "accepted", device: "d1" } });
  expect(shown.body).not.toHaveProperty("payload");
});

test("a message that leads to no command is answered as ever", async () => {
  const { next } = await open("");
  const answer = caller.call(jsonRequest({}));
  (await next()).ack({ delivered: 1, discarded: 0, deadLettered: 0, parked: 0 });
  expect((await answer).body).not.toHaveProperty("commands");
});

test("the commands of a message are listed, those of this pipeline alone", async () => {
  await open("");
  expect(await get("/hook/commands?message=m%231")).toMatchObject({
    status: 200,
    body: { commands: [{ key: "k 1" }] },
  });
  expect(asked).toEqual([{ pipeline: "test", message: "m#1", oldestFirst: true, limit: 100 }]);
  expect(await get("/hook/commands")).toMatchObject({ status: 400, body: { code: "WEBHOOK_FIELD_INVALID" } });
});

test("a command of another pipeline, or of none, is not there", async () => {
  await open("");
  for (const key of ["other", "gone"]) {
    expect(await get(`/hook/commands/${key}`)).toMatchObject({ status: 404, body: { code: "COMMAND_KEY_UNKNOWN" } });
  }
});

test("who may not call the webhook may not ask for its commands", async () => {
  await open("auth: { bearer: t }");
  expect((await get("/hook/commands/k%201")).status).toBe(401);
  expect((await get("/hook/commands?message=m1")).status).toBe(401);
  expect((await get("/hook/commands/k%201", { authorization: "Bearer t" })).status).toBe(200);
});

test("both paths go with the source, and a pipeline without commands has none", async () => {
  const { source } = await open("");
  await source.close?.();
  expect((await get("/hook/commands/k%201")).status).toBe(404);
  await caller.open("");
  expect((await get("/hook/commands/k%201")).status).toBe(404);
});
