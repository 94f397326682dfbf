// akenza's REST API: keys, rate limit, and the table of calls. What it is not: HTTP itself (server/http-server.ts) and
// the calls' own work (assets.ts, device-data.ts, downlink.ts).
import type { Access, Credential, Permission } from "../access.ts";
import type { ReceivedRequest } from "../server/http-request.ts";
import { RestError, errorAnswer, PERMISSION_DENIED } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { assetPage, deviceByPhysicalId, deviceJson, listAssets } from "./assets.ts";
import type { RestCall, RestContext } from "./call.ts";
import { latestSample, queryByBody, queryByUrl, topicsOf } from "./device-data.ts";
import { acceptDownlink } from "./downlink.ts";
import { organizationPage, tagJson, tagPage, workspaceAccess, workspacePage } from "./places.ts";

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: Permission;
  readonly handle: (call: RestCall) => Answer;
}

const DEVICE = String.raw`/v3/devices/([^/]+)`;

const ROUTES: readonly Route[] = [
  route("GET /v3/organizations", organizationPage),
  route("GET /v3/workspaces", workspacePage),
  route("GET /v3/workspace-access", workspaceAccess),
  route("GET /v3/tags", tagPage),
  route("GET /v3/tags/([^/]+)", tagJson),
  route("GET /v3/assets", assetPage),
  route("POST /v3/assets/list", listAssets),
  route("GET /v3/devices", assetPage),
  route("GET /v3/devices/by-device-id", deviceByPhysicalId),
  route(`GET ${DEVICE}`, deviceJson),
  route(`GET ${DEVICE}/query`, queryByUrl),
  route(`POST ${DEVICE}/query`, queryByBody),
  route(`GET ${DEVICE}/query/topics`, topicsOf),
  route(`GET ${DEVICE}/query/latest-sample`, latestSample),
  route(`POST ${DEVICE}/downlink`, acceptDownlink, "downlink"),
];

/** `call` is a method and a pattern of the whole path, whose group is the id. */
function route(call: string, handle: Route["handle"], permission: Permission = "read"): Route {
  const [method = "", path = ""] = call.split(" ");
  return { method, path: new RegExp(`^${path}$`), permission, handle };
}

/** Answers one request; never throws. */
export function answerRest(request: ReceivedRequest, context: RestContext): Answer {
  const { path } = request;
  const now = context.clock.now();
  const limitHeaders: Record<string, string> = {};
  try {
    const credential = identify(request, context.access);
    const verdict = context.limiter.take(credential.secret);
    Object.assign(limitHeaders, verdict.headers);
    if (!verdict.isAllowed) throw new RestError(429, "Too many requests");
    const answer = dispatch(request, { context, credential });
    return { ...answer, headers: { ...answer.headers, ...limitHeaders } };
  } catch (cause) {
    if (!(cause instanceof RestError)) throw cause;
    return { ...errorAnswer(cause.status, { path, now, message: cause.message }), headers: limitHeaders };
  }
}

function dispatch(request: ReceivedRequest, caller: Pick<RestCall, "context" | "credential">): Answer {
  const { method, path, query } = request;
  const matching = ROUTES.filter((candidate) => candidate.path.test(path));
  if (matching.length === 0) throw new RestError(404, `No endpoint ${method} ${path}`);
  const found = matching.find((candidate) => candidate.method === method);
  if (!found) throw new RestError(405, `Request method '${method}' is not supported`);
  if (!caller.credential.may(found.permission)) throw new RestError(403, PERMISSION_DENIED);
  const id = found.path.exec(path)?.[1] ?? "";
  return found.handle({ ...caller, query, id, body: readBody(request.body) });
}

function identify({ headers }: ReceivedRequest, access: Access): Credential {
  const key = headers["x-api-key"];
  const bearer = /^Bearer (.+)$/i.exec(headers["authorization"] ?? "")?.[1];
  if (key === undefined && bearer === undefined) throw new RestError(401, "Unauthorized");
  const credential = key === undefined ? access.byToken(bearer) : access.byKey(key);
  if (!credential) throw new RestError(401, "Invalid token provided");
  return credential;
}

function readBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError(400, "Malformed JSON request");
  }
}
