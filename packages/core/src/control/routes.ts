import { z } from "zod";
import { SignalboxError } from "../errors/error.ts";
import type { ControlApi } from "./api.ts";
import type { Caller } from "./caller.ts";
import { audited, auditRefusal } from "./changes/audited.ts";
import { changeRoutes } from "./changes/change-routes.ts";
import { commandRoutes } from "./command-routes.ts";
import { deadLetterRoutes } from "./dead-letter-routes.ts";
import { deviceRoutes } from "./device-routes.ts";
import { engineRoutes } from "./engine-routes.ts";
import { insightRoutes } from "./insight-routes.ts";
import { read, type Route } from "./route.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { traceRoutes } from "./trace-routes.ts";

/** Every path of the control API. */
export const routes: readonly Route[] = [
  ...engineRoutes,
  ...commandRoutes,
  ...deadLetterRoutes,
  ...scheduleRoutes,
  ...insightRoutes,
  ...deviceRoutes,
  ...changeRoutes,
  ...traceRoutes,
];

const patterns = new Map(routes.map((route) => [route, patternOf(route)]));

/** One request to the control API. */
export interface Question {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Reads the body as JSON; asked for by routes that take one. */
  readonly readBody: () => Promise<unknown>;
  readonly caller: Caller;
}

/**
 * The answer to a request, as a value for JSON or a Streamed one. Fails with CONTROL_PATH_UNKNOWN, CONTROL_METHOD_REFUSED,
 * CONTROL_ROLE_REFUSED, CONTROL_QUERY_INVALID, CONTROL_BODY_INVALID, with what the route's own work fails with, and with
 * whatever the engine's store fails with.
 */
export async function answer(api: ControlApi, { method, target, readBody, caller }: Question): Promise<unknown> {
  const url = new URL(target, "http://control");
  const { route, name } = find(method, url.pathname);
  if (route.role === "operator" && caller.role !== "operator") {
    const refusal = new SignalboxError("CONTROL_ROLE_REFUSED", `${method} ${url.pathname} is for operators`);
    await auditRefusal(api, route, { caller, name }, refusal);
    throw refusal;
  }
  const query = read(route.query, Object.fromEntries(url.searchParams), "CONTROL_QUERY_INVALID");
  const body = route.method === "POST" ? read(route.body, signed(await readBody(), caller)) : undefined;
  return await audited(api, route, { query, name, body, caller });
}

function find(method: string, path: string): { readonly route: Route; readonly name: string } {
  const found = routes.filter((route) => patterns.get(route)?.test(path));
  if (found.length === 0) throw new SignalboxError("CONTROL_PATH_UNKNOWN", `the control API has no ${path}`);
  const route = found.find((each) => each.method === method);
  if (route === undefined) {
    const allowed = found.map((each) => each.method).join(" or ");
    throw new SignalboxError("CONTROL_METHOD_REFUSED", `${path} takes ${allowed}, not ${method}`);
  }
  return { route, name: decode(patterns.get(route)?.exec(path)?.[1] ?? "") };
}

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/, "([^/]+)")}$`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SignalboxError("CONTROL_PATH_UNKNOWN", `"${segment}" is not a percent-encoded name`);
  }
}

/** Who has proven a name acts under it, whatever the body says. */
function signed(body: unknown, { name }: Caller): unknown {
  const isObject = z.record(z.string(), z.unknown()).safeParse(body).success;
  return name !== undefined && isObject ? { ...(body as object), by: name } : body;
}
