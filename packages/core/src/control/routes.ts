import type { CommandState } from "../commands/contracts.ts";
import { SignalboxError } from "../errors/error.ts";
import type { CommandFilter, ControlApi } from "./api.ts";

const defaultLimit = 50;
const highestLimit = 1000;

type Handler = (api: ControlApi, url: URL, name: string) => unknown;

interface Route {
  readonly pattern: RegExp;
  readonly handle: Handler;
}

const routes: readonly Route[] = [
  { pattern: /^\/v1\/version$/, handle: (api) => api.version },
  { pattern: /^\/v1\/status$/, handle: (api) => api.status() },
  { pattern: /^\/v1\/pipelines$/, handle: (api) => api.status().pipelines },
  { pattern: /^\/v1\/commands$/, handle: (api, url) => api.commands(commandFilter(url.searchParams)) },
  { pattern: /^\/v1\/schedules$/, handle: (api) => schedules(api) },
  {
    pattern: /^\/v1\/schedules\/([^/]+)\/ticks$/,
    handle: (api, url, name) => api.ticks(scheduleNamed(api, name), limitOf(url.searchParams)),
  },
];

/**
 * The answer to `GET target` (path and query), as a value for JSON. Fails with CONTROL_PATH_UNKNOWN,
 * CONTROL_QUERY_INVALID or CONTROL_SCHEDULE_UNKNOWN, and with whatever the engine's store fails with.
 */
export async function answer(api: ControlApi, target: string): Promise<unknown> {
  const url = new URL(target, "http://control");
  for (const { pattern, handle } of routes) {
    const match = pattern.exec(url.pathname);
    if (match !== null) return await handle(api, url, decode(match[1] ?? ""));
  }
  throw new SignalboxError("CONTROL_PATH_UNKNOWN", `the control API has no ${url.pathname}`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SignalboxError("CONTROL_PATH_UNKNOWN", `"${segment}" is not a percent-encoded name`);
  }
}

/** One line per pipeline with a schedule source. */
function schedules(api: ControlApi): readonly { pipeline: string; nextTicks: readonly string[] }[] {
  return api
    .status()
    .pipelines.flatMap(({ name, source }) =>
      source.status?.nextTicks === undefined ? [] : [{ pipeline: name, nextTicks: source.status.nextTicks }],
    );
}

function scheduleNamed(api: ControlApi, name: string): string {
  const names = schedules(api).map(({ pipeline }) => pipeline);
  if (names.includes(name)) return name;
  throw new SignalboxError("CONTROL_SCHEDULE_UNKNOWN", `no pipeline "${name}" with a schedule runs here`, {
    hint: names.length === 0 ? "none has a schedule" : `those with one: ${names.join(", ")}`,
  });
}

const commandStates: Readonly<Record<CommandState, true>> = {
  queued: true,
  sent: true,
  accepted: true,
  rejected: true,
  failed: true,
  unknown: true,
};

function commandFilter(query: URLSearchParams): CommandFilter {
  const pipeline = query.get("pipeline");
  const device = query.get("device");
  const state = query.get("state");
  if (state !== null && !isCommandState(state)) {
    throw new SignalboxError("CONTROL_QUERY_INVALID", `"${state}" is not a state of a command`, {
      hint: `one of ${Object.keys(commandStates).join(", ")}`,
    });
  }
  return {
    ...(pipeline === null ? {} : { pipeline }),
    ...(device === null ? {} : { device }),
    ...(state === null ? {} : { state }),
    limit: limitOf(query),
  };
}

function isCommandState(text: string): text is CommandState {
  return Object.hasOwn(commandStates, text);
}

function limitOf(query: URLSearchParams): number {
  const text = query.get("limit");
  if (text === null) return defaultLimit;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= highestLimit) return limit;
  throw new SignalboxError("CONTROL_QUERY_INVALID", `limit is a whole number from 1 to ${highestLimit}`);
}
