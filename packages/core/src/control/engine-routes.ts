import { z } from "zod";
import * as answers from "./answers.ts";
import type { ReloadResult } from "../runtime/reload/result.ts";
import { acts, asks, by, type Route } from "./route.ts";

const reloadRequest = z.strictObject({
  check: z.boolean().default(false).describe("Only say what would change."),
  by: by.optional(),
});

/** The engine as a whole. */
export const engineRoutes: readonly Route[] = [
  asks({
    path: "/v1/version",
    summary: "Who answers.",
    answer: answers.version,
    handle: (api) => api.version,
  }),
  asks({
    path: "/v1/status",
    summary: "What the engine is doing: pipelines, connections, the latest commands, ticks and notices.",
    answer: answers.status,
    handle: (api) => api.status(),
  }),
  asks({
    path: "/v1/pipelines",
    summary: "The pipelines of the status.",
    answer: answers.pipelineStatuses,
    handle: (api) => api.status().pipelines,
  }),
  asks({
    path: "/v1/pipelines/{name}",
    summary: "One pipeline closely: how it stands, its file and what is wrong with it, its graph.",
    answer: answers.pipelineDetail,
    codes: ["CONTROL_PIPELINE_UNKNOWN"],
    handle: (api, { name }) => api.pipeline(name),
  }),
  asks({
    path: "/v1/history",
    summary: "Rates, failures and latencies of a pipeline, its steps and sinks, minute by minute, for the last hour.",
    query: z.strictObject({ pipeline: z.string().describe("Of which pipeline.") }),
    answer: answers.history,
    codes: ["CONTROL_PIPELINE_UNKNOWN"],
    handle: (api, { query }) => api.history(query.pipeline),
  }),
  acts({
    path: "/v1/reload",
    summary: "Reads the files again and makes the engine agree with them.",
    action: "reload",
    // A check changes nothing.
    audit: ({ body }, answer) => (body.check ? undefined : { details: detailsOf(answer as ReloadResult | undefined) }),
    body: reloadRequest,
    answer: answers.reload,
    codes: ["ENGINE_STOPPING"],
    handle: (api, { body }) => api.reload(body.check),
  }),
];

/** What a reload made of the files, in numbers. */
export function detailsOf(result: ReloadResult | undefined): Readonly<Record<string, unknown>> {
  if (result === undefined) return {};
  const { revision, changes, unchanged, findings } = result;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return {
    revision,
    changes: changes.slice(0, 20).map(({ pipeline, what }) => `${what} ${pipeline}`),
    unchanged,
    errors,
  };
}
