import { z } from "zod";
import type { Command } from "../commands/contracts.ts";
import type { Led, TickRecord } from "../schedules/contracts.ts";
import type { ControlApi } from "./api.ts";
import { limitOf, read, type Route } from "./route.ts";

const by = z.string().min(1).max(200);
const request = z.strictObject({ by });
const pauseRequest = z.strictObject({ by, why: z.string().min(1).max(500) });

/** Schedules: read with GET, worked with by POST. */
export const scheduleRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/v1\/clock$/, handle: ({ schedules }) => schedules.clockJumps() },
  { method: "GET", pattern: /^\/v1\/schedules$/, handle: ({ schedules }) => schedules.list() },
  { method: "GET", pattern: /^\/v1\/schedules\/([^/]+)$/, handle: ({ schedules }, { name }) => schedules.get(name) },
  {
    method: "GET",
    pattern: /^\/v1\/schedules\/([^/]+)\/ticks$/,
    handle: (api, { query, name }) => history(api, name, limitOf(query)),
  },
  {
    method: "POST",
    pattern: /^\/v1\/schedules\/([^/]+)\/run-now$/,
    handle: ({ schedules }, { name, body }) => schedules.runNow(name, read(request, body).by),
  },
  {
    method: "POST",
    pattern: /^\/v1\/schedules\/([^/]+)\/pause$/,
    handle: ({ schedules }, { name, body }) => {
      const { by, why } = read(pauseRequest, body);
      return schedules.pause(name, by, why);
    },
  },
  {
    method: "POST",
    pattern: /^\/v1\/schedules\/([^/]+)\/resume$/,
    handle: ({ schedules }, { name, body }) => schedules.resume(name, read(request, body).by),
  },
];

async function history(api: ControlApi, name: string, limit: number): Promise<readonly TickRecord[]> {
  // Refuses a name that nobody knows.
  await api.schedules.get(name);
  const ticks = await api.ticks(name, limit);
  return withCommands(ticks, await commandsSince(api, name, ticks));
}

const commandsAtOnce = 1_000;
/** Beyond it the oldest ticks of a page may show fewer commands than they led to. */
const mostCommands = 10_000;
const keptIds = 20;

/** The commands of a pipeline since the earliest of the ticks began. */
async function commandsSince(
  { commands }: Pick<ControlApi, "commands">,
  pipeline: string,
  ticks: readonly TickRecord[],
): Promise<readonly Command[]> {
  const begun = ticks.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
  const found: Command[] = [];
  if (begun.length === 0) return found;
  const query = { pipeline, since: Math.min(...begun), limit: commandsAtOnce };
  while (found.length < mostCommands) {
    const last = found.at(-1);
    const page = await commands.list({
      ...query,
      ...(last !== undefined && { after: { at: last.at, key: last.key } }),
    });
    found.push(...page);
    if (page.length < commandsAtOnce) break;
  }
  return found;
}

/** The ticks, each with the commands that its message, or a part of it, led to. */
export function withCommands(
  ticks: readonly TickRecord[],
  commands: readonly Pick<Command, "key" | "message">[],
): readonly TickRecord[] {
  const keys = new Map<string, string[]>();
  for (const { key, message } of commands) {
    const [tick = message] = message.split("#");
    keys.set(tick, [...(keys.get(tick) ?? []), key]);
  }
  return ticks.map((tick) => {
    const led = keys.get(tick.id);
    return led === undefined ? tick : { ...tick, commands: bounded(led) };
  });
}

function bounded(ids: readonly string[]): Led {
  return { count: ids.length, ids: ids.slice(0, keptIds) };
}
