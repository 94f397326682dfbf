import { z } from "zod";
import * as answers from "./answers.ts";
import type { Command } from "../commands/contracts.ts";
import type { Led, TickRecord } from "../schedules/contracts.ts";
import type { ControlApi } from "./api.ts";
import { acts, asks, by, limit, type Route } from "./route.ts";

const request = z.strictObject({ by });
const pauseRequest = z.strictObject({ by, why: z.string().min(1).max(500).describe("Why, for whoever wonders.") });
const codes = ["CONTROL_SCHEDULE_UNKNOWN"] as const;

/** Schedules: read with GET, worked with by POST. */
export const scheduleRoutes: readonly Route[] = [
  asks({
    path: "/v1/clock",
    summary: "Jumps of the wall clock since the engine started.",
    answer: answers.clockJumps,
    handle: ({ schedules }) => schedules.clockJumps(),
  }),
  asks({
    path: "/v1/schedules",
    summary: "Schedules of this engine, and retired ones.",
    answer: answers.schedules,
    handle: ({ schedules }) => schedules.list(),
  }),
  asks({
    path: "/v1/schedules/{pipeline}",
    summary: "One schedule, with its open ticks.",
    answer: answers.schedule,
    codes,
    handle: ({ schedules }, { name }) => schedules.get(name),
  }),
  asks({
    path: "/v1/schedules/{pipeline}/ticks",
    summary: "Past ticks of a schedule, newest first, with the commands they led to.",
    query: z.strictObject({ limit }),
    answer: answers.ticks,
    codes,
    handle: (api, { name, query }) => history(api, name, query.limit),
  }),
  acts({
    path: "/v1/schedules/{pipeline}/run-now",
    summary: "Runs a tick now, whether the schedule is paused or at work.",
    action: "schedule.run-now",
    body: request,
    answer: answers.tick,
    codes,
    handle: ({ schedules }, { name, body }) => schedules.runNow(name, body.by),
  }),
  acts({
    path: "/v1/schedules/{pipeline}/pause",
    summary: "Pauses a schedule: what is due is recorded as skipped.",
    action: "schedule.pause",
    audit: ({ name, body }) => ({ about: name, details: { why: body.why } }),
    body: pauseRequest,
    answer: answers.schedule,
    codes,
    handle: ({ schedules }, { name, body }) => schedules.pause(name, body.by, body.why),
  }),
  acts({
    path: "/v1/schedules/{pipeline}/resume",
    summary: "Lets a schedule run again.",
    action: "schedule.resume",
    body: request,
    answer: answers.schedule,
    codes,
    handle: ({ schedules }, { name, body }) => schedules.resume(name, body.by),
  }),
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
