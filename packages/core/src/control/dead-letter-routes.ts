import { z } from "zod";
import * as answers from "./answers.ts";
import { SignalboxError } from "../errors/error.ts";
import type { RedriveResult } from "../runtime/dead-letters.ts";
import type { ControlApi, DeadLetterList } from "./api.ts";
import { given } from "./given.ts";
import { acts, asks, by, cursor, limit, order, type Route, time } from "./route.ts";

const ids = z.array(z.string().min(1)).min(1).max(100).describe("Ids of dead letters.");
const to = z
  .enum(["pipeline", "sink"])
  .describe("Through the whole pipeline again, or straight to the sink it died at.");
const editRequest = z.strictObject({
  part: z.enum(["original", "shaped"]).describe("As the source gave it, or as the sink was to get it."),
  body: z.json(),
  by,
});
const redriveRequest = z.strictObject({
  ids,
  to,
  by,
  perSecond: z.number().min(1).max(1000).default(50).describe("How many are started in a second."),
});
const purgeRequest = z.strictObject({ ids, by });

const listQuery = z.strictObject({
  pipeline: z.string().optional().describe("Of this pipeline."),
  sink: z.string().optional().describe("That died at this sink."),
  code: z.string().optional().describe("That died of this."),
  device: z.string().optional().describe("Of this device."),
  since: time.optional(),
  until: time.optional(),
  order,
  after: cursor.optional(),
  limit,
});

/** Dead letters: read with GET, worked with by POST. */
export const deadLetterRoutes: readonly Route[] = [
  asks({
    path: "/v1/dead-letters",
    summary: "Dead letters, page by page.",
    query: listQuery,
    answer: answers.deadLetterList,
    handle: (api, { query }) => list(api, query),
  }),
  asks({
    path: "/v1/dead-letters/{id}",
    summary: "One dead letter.",
    answer: answers.deadLetter,
    codes: ["DEAD_LETTER_UNKNOWN"],
    handle: (api, { name }) => one(api, name),
  }),
  asks({
    path: "/v1/dead-letters/{id}/preview",
    summary: "What a redrive would do.",
    query: z.strictObject({ to: to.default("pipeline") }),
    answer: answers.deadLetterPreview,
    codes: ["DEAD_LETTER_UNKNOWN", "DEAD_LETTER_BUSY", "DEAD_LETTER_PIPELINE_GONE", "DEAD_LETTER_SINK_GONE"],
    handle: (api, { name, query }) => api.deadLetters.preview(name, query.to),
  }),
  acts({
    path: "/v1/dead-letters/{id}/edit",
    summary: "Gives a dead letter another body to redrive.",
    action: "dead-letter.edit",
    audit: ({ name, body }) => ({ about: name, details: { part: body.part } }),
    body: editRequest,
    answer: answers.deadLetter,
    codes: ["DEAD_LETTER_UNKNOWN", "DEAD_LETTER_BUSY"],
    handle: (api, { name, body }) => api.deadLetters.edit(name, body),
  }),
  acts({
    path: "/v1/dead-letters/redrive",
    summary: "Sends messages of dead letters again; answers once all have ended, or in 30 s.",
    action: "dead-letter.redrive",
    audit: ({ body }, answer) => ({ details: { ...noted(body.ids), to: body.to, ...outcomesIn(answer) } }),
    body: redriveRequest,
    answer: answers.redriveResults,
    handle: (api, { body }) => redrive(api, body),
  }),
  acts({
    path: "/v1/dead-letters/purge",
    summary: "Throws dead letters away.",
    action: "dead-letter.purge",
    audit: ({ body }, answer) => ({ details: { ...noted(body.ids), ...(answer as object | undefined) } }),
    body: purgeRequest,
    answer: answers.purged,
    handle: async ({ deadLetters }, { body }) => ({ purged: await deadLetters.purge(body.ids, body.by) }),
  }),
];

async function list({ deadLetters }: ControlApi, query: z.output<typeof listQuery>): Promise<DeadLetterList> {
  const { order, limit, after, ...asked } = query;
  // One more than asked for tells whether there is more.
  const found = await deadLetters.list({
    ...given(asked),
    ...(after !== undefined && { after: { diedAt: after.at, id: after.key } }),
    oldestFirst: order === "oldest",
    limit: limit + 1,
  });
  const letters = found.slice(0, limit);
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

async function redrive(
  { deadLetters }: ControlApi,
  { ids, perSecond, ...request }: z.output<typeof redriveRequest>,
): Promise<{ results: readonly RedriveResult[] }> {
  return { results: await deadLetters.redriveAll(ids, request, perSecond) };
}

/** How many, and the first of them. */
function noted(ids: readonly string[]): { readonly count: number; readonly ids: readonly string[] } {
  return { count: ids.length, ids: ids.slice(0, 20) };
}

function outcomesIn(answer: unknown): { readonly outcomes?: Readonly<Record<string, number>> } {
  if (answer === undefined) return {};
  const outcomes: Record<string, number> = {};
  // what `redrive` answers
  for (const { outcome } of (answer as Awaited<ReturnType<typeof redrive>>).results) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { outcomes };
}
