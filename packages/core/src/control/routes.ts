import { SignalboxError } from "../errors/error.ts";
import type { ControlApi } from "./api.ts";
import { commandRoutes } from "./command-routes.ts";
import { deadLetterRoutes } from "./dead-letter-routes.ts";
import { insightRoutes } from "./insight-routes.ts";
import type { Route } from "./route.ts";
import { scheduleRoutes } from "./schedule-routes.ts";

const routes: readonly Route[] = [
  { method: "GET", pattern: /^\/v1\/version$/, handle: (api) => api.version },
  { method: "GET", pattern: /^\/v1\/status$/, handle: (api) => api.status() },
  { method: "GET", pattern: /^\/v1\/pipelines$/, handle: (api) => api.status().pipelines },
  { method: "POST", pattern: /^\/v1\/reload$/, handle: (api, { body }) => api.reload(isCheckIn(body)) },
  ...commandRoutes,
  ...deadLetterRoutes,
  ...scheduleRoutes,
  ...insightRoutes,
];

/** One request to the control API. */
export interface Question {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Reads the body as JSON; asked for by routes that take one. */
  readonly readBody: () => Promise<unknown>;
}

/**
 * The answer to a request, as a value for JSON or a Streamed one. Fails with CONTROL_PATH_UNKNOWN, CONTROL_METHOD_REFUSED,
 * CONTROL_QUERY_INVALID, CONTROL_BODY_INVALID, with what the route's own work fails with, and with whatever the engine's
 * store fails with.
 */
export async function answer(api: ControlApi, { method, target, readBody }: Question): Promise<unknown> {
  const url = new URL(target, "http://control");
  const found = routes.filter(({ pattern }) => pattern.test(url.pathname));
  const route = found.find((each) => each.method === method);
  if (found.length === 0) {
    throw new SignalboxError("CONTROL_PATH_UNKNOWN", `the control API has no ${url.pathname}`);
  }
  if (route === undefined) {
    const allowed = found.map((each) => each.method).join(" or ");
    throw new SignalboxError("CONTROL_METHOD_REFUSED", `${url.pathname} takes ${allowed}, not ${method}`);
  }
  const name = decode(route.pattern.exec(url.pathname)?.[1] ?? "");
  const body = route.method === "POST" ? await readBody() : undefined;
  return await route.handle(api, { query: url.searchParams, name, body });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SignalboxError("CONTROL_PATH_UNKNOWN", `"${segment}" is not a percent-encoded name`);
  }
}

function isCheckIn(body: unknown): boolean {
  const check = typeof body === "object" && body !== null && "check" in body ? body.check : undefined;
  if (check === true || check === false || check === undefined) return check === true;
  throw new SignalboxError("CONTROL_BODY_INVALID", 'a reload takes { "check": true } or { "check": false }');
}
