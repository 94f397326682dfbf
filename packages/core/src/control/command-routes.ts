import { randomUUID } from "node:crypto";
import { z } from "zod";
import * as answers from "./answers.ts";
import { orderedByHand } from "../commands/by-hand.ts";
import type { Command } from "../commands/contracts.ts";
import { commandStates } from "../commands/states.ts";
import { SignalboxError } from "../errors/error.ts";
import type { CommandList, ControlApi } from "./api.ts";
import { given } from "./given.ts";
import { acts, asks, by, cursor, limit, order, type Route, time } from "./route.ts";

const request = z.strictObject({ by });
const sendRequest = z.strictObject({
  by,
  connection: z.string().min(1).max(200).describe("The connection that takes it out."),
  device: z.string().min(1).max(200),
  payload: z.json().describe("What the connection sends."),
  expiresAt: z.int().min(0).optional().describe("Not sent at this time or later; milliseconds since the epoch."),
});

const listQuery = z.strictObject({
  pipeline: z.string().optional().describe("Of this pipeline."),
  device: z.string().optional().describe("To this device."),
  message: z.string().optional().describe("That this message led to."),
  state: z
    .enum(commandStates, { error: `a state of a command is one of ${commandStates.join(", ")}` })
    .optional()
    .describe("In this state."),
  since: time.optional(),
  until: time.optional(),
  order,
  after: cursor.optional(),
  limit,
});

/** Commands: read with GET, worked with by POST. */
export const commandRoutes: readonly Route[] = [
  asks({
    path: "/v1/commands",
    summary: "Commands of the ledger, page by page.",
    query: listQuery,
    answer: answers.commandList,
    handle: (api, { query }) => list(api, query),
  }),
  acts({
    path: "/v1/commands",
    summary: "Sends a command by hand.",
    action: "command.send",
    audit: ({ body: { connection, device } }, answer) => ({
      ...(answer !== undefined && { about: (answer as Command).key }),
      details: { connection, device },
    }),
    body: sendRequest,
    answer: answers.command,
    codes: ["CONTROL_SENDER_UNKNOWN"],
    handle: (api, { body }) => send(api, body),
  }),
  asks({
    path: "/v1/commands/{key}",
    summary: "One command, with its history.",
    answer: answers.command,
    codes: ["COMMAND_KEY_UNKNOWN"],
    handle: (api, { name }) => one(api, name),
  }),
  acts({
    path: "/v1/commands/{key}/cancel",
    summary: "Takes back a command that waits.",
    action: "command.cancel",
    body: request,
    answer: answers.command,
    codes: ["COMMAND_KEY_UNKNOWN", "COMMAND_STATE_REFUSED"],
    handle: ({ commands }, { name, body }) => commands.cancel(name, body.by),
  }),
  acts({
    path: "/v1/commands/{key}/resend",
    summary: "Sends a command again whose end is unknown, or that failed.",
    action: "command.resend",
    body: request,
    answer: answers.command,
    codes: ["COMMAND_KEY_UNKNOWN", "COMMAND_STATE_REFUSED"],
    handle: ({ commands }, { name, body }) => commands.resend(name, body.by),
  }),
];

async function list({ commands }: ControlApi, query: z.output<typeof listQuery>): Promise<CommandList> {
  const { order, limit, ...asked } = query;
  // One more than asked for tells whether there is more.
  const found = await commands.list({ ...given(asked), oldestFirst: order === "oldest", limit: limit + 1 });
  const shown = found.slice(0, limit);
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
