import type { TapRequest } from "../runtime/record/insight.ts";
import type { TapEntry } from "../runtime/record/tap.ts";
import type { WhyAnswer, WhyQuery } from "../runtime/record/why.ts";

export interface InsightClient {
  why(query: WhyQuery): Promise<WhyAnswer>;
  /** What flows, until the signal aborts, `limit` entries have come, or the engine stops. */
  tap(request: TapRequest & { readonly limit?: number | undefined }, signal: AbortSignal): AsyncIterable<TapEntry>;
}

type Get = <T>(path: string) => Promise<T>;
type Follow = (path: string, signal: AbortSignal) => AsyncIterable<unknown>;

export function insightClient(get: Get, follow: Follow): InsightClient {
  return {
    why: (query) => get(`/v1/why?${parameters({ ...query })}`),
    tap: (request, signal) => follow(`/v1/tap?${parameters({ ...request })}`, signal) as AsyncIterable<TapEntry>,
  };
}

function parameters(query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return new URLSearchParams(pairs).toString();
}
