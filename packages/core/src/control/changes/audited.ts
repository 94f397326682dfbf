import { messageOf, SignalboxError } from "../../errors/error.ts";
import { statusOf } from "../problem.ts";
import type { ControlApi } from "../api.ts";
import type { ControlRequest, Route } from "../route.ts";
import type { Change } from "./change.ts";

/** Carries out what a route does and, where that is an action, has it noted with its outcome. */
export async function audited(api: ControlApi, route: Route, request: ControlRequest): Promise<unknown> {
  if (route.action === undefined) return route.handle(api, request);
  try {
    const answer = await route.handle(api, request);
    await note(api, { route, request, answer, end: { outcome: "done" } });
    return answer;
  } catch (error) {
    await note(api, { route, request, answer: undefined, end: endOf(error) });
    throw error;
  }
}

/** Has it noted that somebody may not do what a route does. */
export async function auditRefusal(
  api: ControlApi,
  { action }: Route,
  { caller, name }: Pick<ControlRequest, "caller" | "name">,
  error: SignalboxError,
): Promise<void> {
  if (action === undefined) return;
  await api.changes.note({ ...signature({ caller, body: undefined }), action, ...aboutOf(name), ...endOf(error) });
}

type End = Pick<Change, "outcome" | "code" | "message">;

interface Noted {
  readonly route: Route;
  readonly request: ControlRequest;
  readonly answer: unknown;
  readonly end: End;
}

async function note(api: ControlApi, { route, request, answer, end }: Noted): Promise<void> {
  const { action, audit = () => aboutOf(request.name) } = route;
  const noted = audit(request, answer);
  if (action === undefined || noted === undefined) return;
  await api.changes.note({ ...signature(request), action, ...noted, ...end });
}

function signature({
  caller,
  body,
}: Pick<ControlRequest, "caller" | "body">): Pick<Change, "by" | "via" | "from" | "role"> {
  const said = typeof body === "object" && body !== null && "by" in body ? body.by : undefined;
  const { name, via, from, role } = caller;
  const by = name ?? (typeof said === "string" ? said : "(nobody said)");
  return { by, via, role, ...(from !== undefined && { from }) };
}

function aboutOf(name: string): Pick<Change, "about"> {
  return name === "" ? {} : { about: name };
}

function endOf(error: unknown): End {
  if (!(error instanceof SignalboxError)) return { outcome: "failed", message: messageOf(error) };
  const outcome = statusOf(error.code) < 500 ? "refused" : "failed";
  return { outcome, code: error.code, message: error.message };
}
