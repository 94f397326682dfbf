import { SignalboxError } from "../errors/error.ts";
import type { TapEntry } from "../runtime/record/tap.ts";
import type { WhyAnswer } from "../runtime/record/why.ts";
import type { ControlApi } from "./api.ts";
import { limitOf, type Route, textsOf } from "./route.ts";
import { Streamed } from "./streamed.ts";

/** Looking into a running engine: what flows, and what became of a message. */
export const insightRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/v1\/why$/, handle: (api, { query }) => why(api, query) },
  { method: "GET", pattern: /^\/v1\/tap$/, handle: (api, { query }) => tap(api, query) },
  { method: "GET", pattern: /^\/v1\/live$/, handle: ({ live }) => new Streamed((signal) => live.follow(signal), true) },
];

function why({ insight }: ControlApi, query: URLSearchParams): Promise<WhyAnswer> {
  const asked = textsOf(query, ["id", "device", "pipeline"]);
  if (asked.id === undefined && asked.device === undefined) {
    throw new SignalboxError("CONTROL_QUERY_INVALID", "id or device says which messages are meant");
  }
  return insight.why({ ...asked, limit: limitOf(query) });
}

function tap({ insight }: ControlApi, query: URLSearchParams): Streamed {
  const { pipeline, ...asked } = textsOf(query, ["pipeline", "stage", "where"]);
  if (pipeline === undefined) throw new SignalboxError("CONTROL_QUERY_INVALID", "pipeline says which one to watch");
  const begin = insight.tap({ ...asked, pipeline });
  const limit = query.has("limit") ? limitOf(query) : Infinity;
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
