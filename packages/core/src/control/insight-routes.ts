import { z } from "zod";
import * as answers from "./answers.ts";
import { SignalboxError } from "../errors/error.ts";
import type { TapEntry } from "../runtime/record/tap.ts";
import type { ControlApi } from "./api.ts";
import { given } from "./given.ts";
import { acts, asks, by, limit, type Route } from "./route.ts";
import { Streamed } from "./streamed.ts";

const pipeline = z.string().describe("Of this pipeline alone.");

const whyQuery = z.strictObject({
  id: z.string().optional().describe("Of the message, or of a part of it."),
  device: z.string().optional().describe("Messages of this device."),
  pipeline: pipeline.optional(),
  limit,
});

const tapQuery = z.strictObject({
  pipeline: z.string().optional().describe("Which one to watch. Needed."),
  stage: z.string().optional().describe("`source`, or the name of a step or sink. Default: all."),
  where: z.string().optional().describe("JSONata: only messages for which it is true, as they come to the stage."),
  limit: limit.unwrap().optional().describe("Ends after so many. Default: goes on."),
});

const samplesQuery = z.strictObject({ pipeline: z.string().describe("Of which pipeline."), limit });

const someValues = z.record(z.string(), z.json());
const playgroundRequest = z.strictObject({
  expression: z.string().max(16_384).describe("JSONata."),
  input: z.json().optional().describe("What it sees as `$`."),
  meta: someValues.optional().describe("What it sees as `$meta`."),
  vars: someValues.optional().describe("What it sees as `$vars`."),
  message: z
    .strictObject({ pipeline: z.string(), id: z.string() })
    .optional()
    .describe("A message that the engine remembers, in place of input and meta."),
  by: by.optional(),
});

/** Looking into a running engine: what flows, and what became of a message. */
export const insightRoutes: readonly Route[] = [
  asks({
    path: "/v1/why",
    summary: "What became of messages, stage by stage.",
    query: whyQuery,
    answer: answers.why,
    codes: ["CONTROL_PIPELINE_UNKNOWN"],
    handle: ({ insight }, { query }) => {
      if (query.id === undefined && query.device === undefined) {
        throw new SignalboxError("CONTROL_QUERY_INVALID", "id or device says which messages are meant");
      }
      return insight.why(query);
    },
  }),
  asks({
    path: "/v1/samples",
    summary: "The latest messages of a pipeline as its source gave them, newest first.",
    query: samplesQuery,
    answer: answers.messages,
    codes: ["CONTROL_PIPELINE_UNKNOWN"],
    handle: ({ insight }, { query }) => insight.latest(query.pipeline, query.limit),
  }),
  acts({
    path: "/v1/playground",
    summary: "Tries an expression on a sample, and changes nothing.",
    description: "It runs under the limits of any expression: 250 ms, in a thread of its own where it takes long.",
    body: playgroundRequest,
    answer: answers.playground,
    codes: ["CONTROL_PIPELINE_UNKNOWN", "CONTROL_MESSAGE_UNKNOWN", "CONTROL_PLAYGROUND_BUSY"],
    handle: (api, { body: { by: _by, ...request } }) => api.playground(request),
  }),
  asks({
    path: "/v1/tap",
    summary: "What flows through a pipeline, as it does.",
    query: tapQuery,
    answer: answers.tapEntry,
    isStream: true,
    codes: ["CONTROL_PIPELINE_UNKNOWN", "CONTROL_STAGE_UNKNOWN", "CONFIG_EXPRESSION_SYNTAX"],
    handle: tap,
  }),
  asks({
    path: "/v1/live",
    summary: "Everything a page shows live, then what changes, once a second.",
    answer: answers.liveEvent,
    isStream: true,
    handle: ({ live }) => new Streamed((signal) => live.follow(signal), true),
  }),
];

function tap({ insight }: ControlApi, { query }: { readonly query: z.output<typeof tapQuery> }): Streamed {
  const { pipeline, limit = Infinity, ...asked } = query;
  if (pipeline === undefined) throw new SignalboxError("CONTROL_QUERY_INVALID", "pipeline says which one to watch");
  const begin = insight.tap({ ...given(asked), pipeline });
  return new Streamed((signal) => first(begin, limit, signal));
}

/** The first entries; what was lost is told, and not counted among them. */
async function* first(
  begin: (signal: AbortSignal) => AsyncIterable<TapEntry>,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<TapEntry> {
  let count = 0;
  for await (const entry of begin(signal)) {
    yield entry;
    if (!("lost" in entry)) count += 1;
    if (count === limit) return;
  }
}
