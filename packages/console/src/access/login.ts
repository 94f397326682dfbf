// Logging in and out with a browser: a token is given for a cookie once.
import { type Change, type Clock, type ControlApi, SignalboxError } from "@signalbox/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answering } from "../answering.ts";
import type { Access } from "./access.ts";
import { clearCookie, cookieOf, setCookie } from "./cookie.ts";
import { TryLimiter } from "./limiter.ts";
import { guardOrigin } from "./origin.ts";
import { type Session, sessionLimits } from "./sessions.ts";
import type { Person } from "./tokens.ts";

export interface LoginParts {
  readonly access: Access;
  readonly api: Pick<ControlApi, "changes">;
  readonly clock: Clock;
}

/** What a page needs to know of who it is shown to. */
export interface SessionAnswer {
  /** `none`: nobody is asked who they are, and everybody may do everything. */
  readonly authentication: "none" | "token";
  readonly name?: string;
  readonly role: Person["role"];
  /** To be sent as `X-Signalbox-Csrf` with every POST of a page that has logged in. */
  readonly csrf?: string;
}

/** Wrong tokens of one address, and tries to log in of all together. */
const ofOne = { tries: 10, perMs: 60_000 };
const ofAll = { tries: 200, perMs: 60_000 };
const anybody = "all";

/** Adds `/api/login`, `/api/logout` and `/api/session`. */
export function addLogin(server: FastifyInstance, parts: LoginParts): void {
  const { access, api, clock } = parts;
  const limiters = { ofOne: new TryLimiter(ofOne, clock), ofAll: new TryLimiter(ofAll, clock) };
  const login = (request: FastifyRequest, reply: FastifyReply): Promise<SessionAnswer> =>
    logIn(parts, limiters, request, reply);
  server.post("/api/login", { config: { isOpen: true }, bodyLimit: 4_096 }, answering(login));
  server.post(
    "/api/logout",
    answering(async (request, reply) => {
      access.sessions.end(cookieOf(request) ?? "");
      clearCookie(request, reply);
      const { person } = request.visitor ?? {};
      if (person !== undefined) await api.changes.note(noteOf(request, person, { action: "logout", outcome: "done" }));
      return {};
    }),
  );
  server.get(
    "/api/session",
    answering((request) => Promise.resolve(sessionAnswer(request))),
  );
}

interface Limiters {
  readonly ofOne: TryLimiter;
  readonly ofAll: TryLimiter;
}

async function logIn(
  { access, api }: LoginParts,
  limiters: Limiters,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SessionAnswer> {
  guardOrigin(request);
  guardTries(limiters, request, reply);
  const person = access.personOf(tokenIn(request.body));
  if (person === undefined) {
    limiters.ofOne.take(request.ip);
    await noteRefusal(api, limiters, request);
    throw new SignalboxError("CONSOLE_TOKEN_REFUSED", "nobody has this token");
  }
  // What the browser had before is over, whoever gave it that.
  access.sessions.end(cookieOf(request) ?? "");
  const { secret, session } = access.sessions.begin(person);
  setCookie(request, reply, secret, sessionLimits.lifeMs);
  await api.changes.note(noteOf(request, person, { outcome: "done" }));
  return answerOf(person, session);
}

function tokenIn(body: unknown): string {
  const token = typeof body === "object" && body !== null && "token" in body ? body.token : undefined;
  if (typeof token === "string" && token !== "") return token;
  throw new SignalboxError("CONTROL_BODY_INVALID", 'a login is { "token": "..." }');
}

/** Fails with CONSOLE_TRIES_LIMITED. */
function guardTries({ ofOne, ofAll }: Limiters, request: FastifyRequest, reply: FastifyReply): void {
  const waitMs = ofOne.waitMs(request.ip) || ofAll.take(anybody);
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  void reply.header("retry-after", String(seconds));
  throw new SignalboxError("CONSOLE_TRIES_LIMITED", `too many tries to log in; the next in ${seconds} s`);
}

/** The audit hears of each wrong token, and once that the next tries are not even looked at. */
async function noteRefusal(api: LoginParts["api"], { ofOne }: Limiters, request: FastifyRequest): Promise<void> {
  const refused = { outcome: "refused", code: "CONSOLE_TOKEN_REFUSED" } as const;
  await api.changes.note(noteOf(request, undefined, refused));
  if (ofOne.waitMs(request.ip) === 0) return;
  const message = "further tries of this address are refused for a while";
  await api.changes.note(noteOf(request, undefined, { ...refused, code: "CONSOLE_TRIES_LIMITED", message }));
}

function sessionAnswer({ visitor }: FastifyRequest): SessionAnswer {
  const { person, session } = visitor ?? {};
  return person === undefined ? { authentication: "none", role: "operator" } : answerOf(person, session);
}

function answerOf({ name, role }: Person, session: Session | undefined): SessionAnswer {
  return { authentication: "token", name, role, ...(session !== undefined && { csrf: session.csrf }) };
}

type Noted = Pick<Change, "outcome"> & Partial<Pick<Change, "action" | "code" | "message">>;

function noteOf({ ip }: FastifyRequest, person: Person | undefined, noted: Noted): Omit<Change, "id" | "at"> {
  const role = person === undefined || person.role === "metrics" ? {} : { role: person.role };
  return { by: person?.name ?? "(nobody)", via: "console", from: ip, action: "login", ...role, ...noted };
}
