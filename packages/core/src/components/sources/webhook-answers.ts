import type { HttpReply } from "../../component/services.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { messageOf, SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Settlement } from "../../message.ts";
import { BodyRefused } from "./webhook-body.ts";
import type { Answer, Identity } from "./webhook-rows.ts";

/** The answer to a request whose message is in the store. */
export function accepted(id: string): Answer {
  return { status: 202, body: { id } };
}

/** The answer to a request whose message is settled; its commands are asked for below `path`, that of the request. */
export function settled(id: string, settlement: Settlement | undefined, path: string): Answer {
  const commands = settlement?.commands?.map((key) => ({ key, path: `${path}/commands/${encodeURIComponent(key)}` }));
  return { status: 200, body: { id, ...countsOf(settlement), ...(commands !== undefined && { commands }) } };
}

/** The answer to a request that has waited long enough. */
export function notSettled(id: string, timeoutMs: number): HttpReply {
  const message = `the message is not settled after ${timeoutMs} ms; it goes on`;
  return { status: 504, body: { code: "WEBHOOK_NOT_SETTLED", message, id } };
}

/** The answer to an earlier request, for its repetition. */
export function replayed(reply: HttpReply): HttpReply {
  return { ...reply, headers: { ...reply.headers, "idempotent-replayed": "true" } };
}

function countsOf(settlement: Settlement | undefined): Partial<Settlement> {
  if (settlement === undefined) return {};
  const { delivered, discarded, deadLettered, parked } = settlement;
  return { delivered, discarded, deadLettered, parked };
}

/** The caller did not show who it is. */
export class AuthRefused extends SignalboxError {
  readonly isBearer: boolean;

  constructor(isBearer: boolean) {
    super("WEBHOOK_AUTH_REFUSED", "the request does not show who it is from");
    this.isBearer = isBearer;
  }
}

/**
 * What the caller did wrong, and only its caller can mend, with the status that says so. A caller takes that as final, so the
 * list is closed: a code that is not on it is trouble of ours.
 */
const faultsOfCallers: Partial<Record<ErrorCode, number>> = {
  WEBHOOK_FIELD_INVALID: 400,
  WEBHOOK_KEY_REUSED: 422,
  EXPRESSION_FAILED: 400,
  // Of all that the store is given, only the id is the caller's.
  STORE_KEY_TOO_LONG: 400,
  COMMAND_KEY_UNKNOWN: 404,
};

/** The answer to a request that was not taken. What its caller did not do wrong is 503: trying again later may help. */
export function refusalOf(error: unknown): HttpReply {
  if (error instanceof BodyRefused) {
    return { status: error.status, body: { code: error.code, message: error.message, ...error.place } };
  }
  if (error instanceof AuthRefused) {
    const headers = error.isBearer ? { "www-authenticate": "Bearer" } : {};
    return { status: 401, headers, body: { code: error.code, message: error.message } };
  }
  const { code } = toSignalboxError(error, "SOURCE_CLOSED");
  const status = faultsOfCallers[code] ?? 503;
  const headers = status === 503 ? { "retry-after": "1" } : {};
  return { status, headers, body: { code, message: wordsFor(error, code) } };
}

/** Callers may be anybody: what a store or a driver has to say is for the log. */
function wordsFor(error: unknown, code: ErrorCode): string {
  const isOurs = error instanceof SignalboxError && !code.startsWith("STORE_");
  return isOurs || code === "STORE_KEY_TOO_LONG" ? messageOf(error) : "the message cannot be taken just now";
}

export function noRoom(): SignalboxError {
  return new SignalboxError("WEBHOOK_NO_ROOM", "the pipeline has no room just now", { isRetryable: true });
}

/** Throws WEBHOOK_KEY_REUSED where two requests of one id are known to differ. */
export function checkSame(first: Identity | undefined, again: Identity | undefined): void {
  if (first?.fingerprint === undefined || again?.fingerprint === undefined) return;
  if (first.fingerprint === again.fingerprint) return;
  const problem =
    "this Idempotency-Key was used before, with another path, query or body; a new request needs a new key";
  throw new SignalboxError("WEBHOOK_KEY_REUSED", problem);
}

export function notTaken(): SignalboxError {
  return new SignalboxError("SOURCE_CLOSED", "the pipeline stopped before it took the message", { isRetryable: true });
}
