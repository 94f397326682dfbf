import { randomUUID } from "node:crypto";
import { z } from "zod";
import { orderedByHand } from "../commands/by-hand.ts";
import type { Command, CommandQuery } from "../commands/contracts.ts";
import { commandStates, isCommandState } from "../commands/states.ts";
import { SignalboxError } from "../errors/error.ts";
import type { CommandList, ControlApi } from "./api.ts";
import { limitOf, read, type Route, textsOf, timeOf } from "./route.ts";

const by = z.string().min(1).max(200);
const request = z.strictObject({ by });
const sendRequest = z.strictObject({
  by,
  connection: z.string().min(1).max(200),
  device: z.string().min(1).max(200),
  payload: z.json(),
  expiresAt: z.int().min(0).optional(),
});

/** Commands: read with GET, worked with by POST. */
export const commandRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/v1\/commands$/, handle: (api, { query }) => list(api, query) },
  {
    method: "POST",
    pattern: /^\/v1\/commands$/,
    handle: (api, { body }) => send(api, read(sendRequest, body)),
  },
  { method: "GET", pattern: /^\/v1\/commands\/([^/]+)$/, handle: (api, { name }) => one(api, name) },
  {
    method: "POST",
    pattern: /^\/v1\/commands\/([^/]+)\/cancel$/,
    handle: ({ commands }, { name, body }) => commands.cancel(name, read(request, body).by),
  },
  {
    method: "POST",
    pattern: /^\/v1\/commands\/([^/]+)\/resend$/,
    handle: ({ commands }, { name, body }) => commands.resend(name, read(request, body).by),
  },
];

async function list({ commands }: ControlApi, query: URLSearchParams): Promise<CommandList> {
  const page = queryOf(query);
  // One more than asked for tells whether there is more.
  const found = await commands.list({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return found.length > shown.length && last !== undefined
    ? { commands: shown, next: `${last.at},${last.key}` }
    : { commands: shown };
}

async function one({ commands }: Pick<ControlApi, "commands">, key: string): Promise<Command> {
  const command = await commands.get(key);
  if (command !== undefined) return command;
  throw new SignalboxError("COMMAND_KEY_UNKNOWN", `there is no command ${key}`);
}

async function send({ commands }: ControlApi, order: z.output<typeof sendRequest>): Promise<Command> {
  const senders = commands.senders();
  if (!senders.includes(order.connection)) {
    const message = `no connection "${order.connection}" takes commands here`;
    const hint = senders.length === 0 ? "none does" : `those that do: ${senders.join(", ")}`;
    throw new SignalboxError("CONTROL_SENDER_UNKNOWN", message, { hint });
  }
  const { expiresAt, ...rest } = order;
  const command = orderedByHand(randomUUID(), { ...rest, ...(expiresAt !== undefined && { expiresAt }) });
  await commands.accept([command]);
  return one({ commands }, command.key);
}

function queryOf(query: URLSearchParams): CommandQuery {
  const state = query.get("state");
  if (state !== null && !isCommandState(state)) {
    throw new SignalboxError("CONTROL_QUERY_INVALID", `"${state}" is not a state of a command`, {
      hint: `one of ${commandStates.join(", ")}`,
    });
  }
  const since = timeOf(query, "since");
  const until = timeOf(query, "until");
  const after = query.get("after");
  const order = query.get("order") ?? "newest";
  if (order !== "newest" && order !== "oldest") {
    throw new SignalboxError("CONTROL_QUERY_INVALID", `order is newest or oldest, not "${order}"`);
  }
  return {
    ...textsOf(query, ["pipeline", "device", "message"]),
    ...(state !== null && { state }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(after !== null && { after: cursorOf(after) }),
    oldestFirst: order === "oldest",
    limit: limitOf(query),
  };
}

function cursorOf(text: string): { at: string; key: string } {
  const comma = text.indexOf(",");
  const at = text.slice(0, comma);
  if (comma > 0 && !Number.isNaN(Date.parse(at))) return { at, key: text.slice(comma + 1) };
  throw new SignalboxError("CONTROL_QUERY_INVALID", "after is what an earlier answer gave as next");
}
