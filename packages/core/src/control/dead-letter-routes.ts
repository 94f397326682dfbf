import { z } from "zod";
import { SignalboxError } from "../errors/error.ts";
import type { DeadLetterPage, Preview, RedriveResult } from "../runtime/dead-letters.ts";
import type { ControlApi, DeadLetterList } from "./api.ts";
import { limitOf, read, type Route, textsOf, timeOf } from "./route.ts";

const by = z.string().min(1).max(200);
const ids = z.array(z.string().min(1)).min(1).max(100);
const to = z.enum(["pipeline", "sink"]);
const editRequest = z.strictObject({ part: z.enum(["original", "shaped"]), body: z.json(), by });
const redriveRequest = z.strictObject({ ids, to, by, perSecond: z.number().min(1).max(1000).default(50) });
const purgeRequest = z.strictObject({ ids, by });

/** Dead letters: read with GET, worked with by POST. */
export const deadLetterRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/v1\/dead-letters$/, handle: (api, { query }) => list(api, query) },
  { method: "GET", pattern: /^\/v1\/dead-letters\/([^/]+)$/, handle: (api, { name }) => one(api, name) },
  {
    method: "GET",
    pattern: /^\/v1\/dead-letters\/([^/]+)\/preview$/,
    handle: (api, { name, query }): Promise<Preview> =>
      api.deadLetters.preview(name, read(to, query.get("to") ?? "pipeline", "CONTROL_QUERY_INVALID")),
  },
  {
    method: "POST",
    pattern: /^\/v1\/dead-letters\/([^/]+)\/edit$/,
    handle: (api, { name, body }) => api.deadLetters.edit(name, read(editRequest, body)),
  },
  { method: "POST", pattern: /^\/v1\/dead-letters\/redrive$/, handle: (api, { body }) => redrive(api, body) },
  { method: "POST", pattern: /^\/v1\/dead-letters\/purge$/, handle: (api, { body }) => purge(api, body) },
];

async function list({ deadLetters }: ControlApi, query: URLSearchParams): Promise<DeadLetterList> {
  const page = pageOf(query);
  // One more than asked for tells whether there is more.
  const found = await deadLetters.list({ ...page, limit: page.limit + 1 });
  const letters = found.slice(0, page.limit);
  const last = letters.at(-1);
  return found.length > letters.length && last !== undefined
    ? { letters, next: `${last.diedAt},${last.id}` }
    : { letters };
}

async function one({ deadLetters }: ControlApi, id: string): Promise<unknown> {
  const letter = await deadLetters.get(id);
  if (letter !== undefined) return letter;
  throw new SignalboxError("DEAD_LETTER_UNKNOWN", `there is no dead letter ${id}`);
}

async function redrive({ deadLetters }: ControlApi, body: unknown): Promise<{ results: readonly RedriveResult[] }> {
  const { ids, perSecond, ...request } = read(redriveRequest, body);
  return { results: await deadLetters.redriveAll(ids, request, perSecond) };
}

async function purge({ deadLetters }: ControlApi, body: unknown): Promise<{ purged: number }> {
  const { ids, by } = read(purgeRequest, body);
  return { purged: await deadLetters.purge(ids, by) };
}

function pageOf(query: URLSearchParams): DeadLetterPage {
  const since = timeOf(query, "since");
  const until = timeOf(query, "until");
  const after = query.get("after");
  const order = read(z.enum(["newest", "oldest"]), query.get("order") ?? "newest", "CONTROL_QUERY_INVALID");
  return {
    ...textsOf(query, ["pipeline", "sink", "code", "device"]),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(after === null ? {} : { after: cursorOf(after) }),
    oldestFirst: order === "oldest",
    limit: limitOf(query),
  };
}

function cursorOf(text: string): { diedAt: string; id: string } {
  const [diedAt = "", id = ""] = text.split(",");
  if (!Number.isNaN(Date.parse(diedAt)) && id !== "") return { diedAt, id };
  throw new SignalboxError("CONTROL_QUERY_INVALID", "after is what an earlier answer gave as next");
}
