// Who may ask the console for what. Not here: how somebody logs in (login.ts), what is asked for (api.ts, routes.ts), and
// what operators may do that viewers may not (the routes of the control API say so).
import { type Clock, type ConsoleSettings, SignalboxError } from "@signalbox/core";
import type { FastifyRequest } from "fastify";
import { cookieOf } from "./cookie.ts";
import { TryLimiter } from "./limiter.ts";
import { guardOrigin } from "./origin.ts";
import { isCsrfOf, type Session, type SessionLimits, sessionLimits, Sessions } from "./sessions.ts";
import { createTokens, type Person } from "./tokens.ts";

/** Who a request is from. */
export interface Visitor {
  /** Undefined where nobody is asked who they are. */
  readonly person: Person | undefined;
  /** How they came by it, if by logging in. */
  readonly session?: Session;
}

export interface AccessOptions {
  readonly settings: ConsoleSettings;
  readonly clock: Clock;
  /** For tests; default `sessionLimits`. */
  readonly sessions?: SessionLimits;
}

/** Tokens that are none, of one address. */
const wrongTokens = { tries: 20, perMs: 60_000 };

export class Access {
  readonly sessions: Sessions;
  /** Whose token a text is. */
  readonly personOf: (token: string) => Person | undefined;
  /** True where nobody is asked who they are. */
  readonly isOpen: boolean;
  readonly #wrong: TryLimiter;

  constructor({ settings, clock, sessions = sessionLimits }: AccessOptions) {
    const { tokens = [] } = settings;
    this.personOf = createTokens(tokens);
    this.isOpen = tokens.length === 0;
    this.sessions = new Sessions(clock, sessions);
    this.#wrong = new TryLimiter(wrongTokens, clock);
  }

  /**
   * Who a request is from. Fails with CONSOLE_LOGIN_NEEDED where it does not say, CONSOLE_TOKEN_REFUSED and
   * CONSOLE_TRIES_LIMITED for a token that is none, and where something is to be done with CONSOLE_ORIGIN_REFUSED and
   * CONSOLE_CSRF_REFUSED for a page that may not.
   */
  visitorOf(request: FastifyRequest): Visitor {
    const isAction = request.method !== "GET" && request.method !== "HEAD";
    if (isAction) guardOrigin(request);
    if (this.isOpen) return { person: undefined };
    const { authorization } = request.headers;
    if (authorization !== undefined) return { person: this.#bearer(authorization, request.ip) };
    const session = this.sessions.find(cookieOf(request) ?? "");
    if (session === undefined) {
      throw new SignalboxError("CONSOLE_LOGIN_NEEDED", "log in, or send a token as `Authorization: Bearer`");
    }
    if (isAction) guardCsrf(request, session);
    return { person: session.person, session };
  }

  #bearer(authorization: string, address: string): Person {
    if (this.#wrong.waitMs(address) > 0) {
      throw new SignalboxError("CONSOLE_TRIES_LIMITED", "too many wrong tokens came from this address; wait a minute");
    }
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const person = token === undefined ? undefined : this.personOf(token);
    if (person !== undefined) return person;
    this.#wrong.take(address);
    throw new SignalboxError("CONSOLE_TOKEN_REFUSED", "nobody has this token");
  }
}

/** A cookie is sent by the browser, whoever made it do so: a page must also know what only the console's own pages are told. */
function guardCsrf({ headers }: FastifyRequest, session: Session): void {
  const given = headers["x-signalbox-csrf"];
  if (typeof given === "string" && isCsrfOf(session, given)) return;
  throw new SignalboxError("CONSOLE_CSRF_REFUSED", "`X-Signalbox-Csrf` is not that of the session");
}
