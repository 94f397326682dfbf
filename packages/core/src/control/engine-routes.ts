import { z } from "zod";
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
    answer: z.unknown(),
    handle: (api) => api.version,
  }),
  asks({
    path: "/v1/status",
    summary: "What the engine is doing: pipelines, connections, the latest commands, ticks and notices.",
    answer: z.unknown(),
    handle: (api) => api.status(),
  }),
  asks({
    path: "/v1/pipelines",
    summary: "The pipelines of the status.",
    answer: z.unknown(),
    handle: (api) => api.status().pipelines,
  }),
  acts({
    path: "/v1/reload",
    summary: "Reads the files again and makes the engine agree with them.",
    action: "reload",
    body: reloadRequest,
    answer: z.unknown(),
    codes: ["ENGINE_STOPPING"],
    handle: (api, { body }) => api.reload(body.check),
  }),
];
