// What a failed REST request means (delivery.md, rule 8). Texts name method and path, never the query or the key.
import { type ErrorCode, excerpt, messageOf, SignalboxError } from "@signalbox/core";
import { type ExchangeAnswer, ExchangeError } from "./exchange.ts";

interface Named {
  readonly method: string;
  readonly path: string;
}

const longestWaitMs = 10 * 60_000;

/** The problem behind a status that is not 2xx. `now` in milliseconds since the epoch. */
export function problemOfStatus(request: Named, answer: ExchangeAnswer, now: number): SignalboxError {
  const { code, isRetryable, hint } = meaningOf(answer.status);
  const text = `akenza answered ${answer.status} to ${request.method} ${request.path}${said(answer.text)}`;
  const retryAfterMs = waitAskedForMs(answer, now);
  return new SignalboxError(code, text, {
    isRetryable,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined || !isRetryable ? {} : { retryAfterMs }),
  });
}

interface Meaning {
  readonly code: ErrorCode;
  readonly isRetryable: boolean;
  readonly hint?: string;
}

function meaningOf(status: number): Meaning {
  // Not carried out, and a person can mend it while the message waits.
  if (status === 401)
    return { code: "AKENZA_AUTH_REFUSED", isRetryable: true, hint: "check the key or token of the connection" };
  if (status === 403 || status === 407) {
    return {
      code: "AKENZA_AUTH_REFUSED",
      isRetryable: true,
      hint: "the key lacks a permission for this, or is limited to other workspaces",
    };
  }
  if (status === 429) return { code: "AKENZA_RATE_LIMITED", isRetryable: true };
  if (status === 408 || status === 425 || status >= 500) return { code: "AKENZA_UNREACHABLE", isRetryable: true };
  return { code: "AKENZA_REQUEST_REJECTED", isRetryable: false };
}

/** How long akenza asked to be left alone: `Retry-After` (seconds or a date), else `X-RateLimit-Reset`; at most 10 minutes. */
export function waitAskedForMs(answer: Pick<ExchangeAnswer, "headers" | "status">, now: number): number | undefined {
  const after = answer.headers["retry-after"];
  const waitMs = typeof after === "string" ? retryAfterMs(after, now) : undefined;
  const reset = answer.headers["x-ratelimit-reset"];
  const asked =
    waitMs ?? (answer.status === 429 && typeof reset === "string" ? resetMs(Number(reset), now) : undefined);
  return asked === undefined || Number.isNaN(asked) ? undefined : Math.min(Math.max(0, asked), longestWaitMs);
}

function retryAfterMs(text: string, now: number): number {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
}

/** What the number counts is not documented: large ones can only be a time since the epoch (in s or ms), small ones seconds. */
function resetMs(value: number, now: number): number {
  if (value > 1e11) return value - now;
  return value > 1e8 ? value * 1000 - now : value * 1000;
}

/** The problem behind a request without a whole answer. */
export function problemOfFailure(request: Named, error: unknown): { hasLeft: boolean; problem: SignalboxError } {
  const name = `${request.method} ${request.path}`;
  if (!(error instanceof ExchangeError)) {
    return {
      hasLeft: false,
      problem: new SignalboxError("AKENZA_UNREACHABLE", `${name}: ${messageOf(error)}`, {
        isRetryable: true,
        cause: error,
      }),
    };
  }
  const { hasLeft } = error;
  const why = messageOf(error.cause);
  if (error.isTooLarge) return { hasLeft, problem: invalidAnswer(request, why, error.cause) };
  const problem = hasLeft
    ? new SignalboxError("AKENZA_ANSWER_MISSING", `no answer to ${name}: ${why}`, {
        isRetryable: true,
        cause: error.cause,
      })
    : new SignalboxError("AKENZA_UNREACHABLE", `${name} could not be sent: ${why}`, {
        isRetryable: true,
        cause: error.cause,
      });
  return { hasLeft, problem };
}

export function invalidAnswer(request: Named, why: string, cause?: unknown): SignalboxError {
  const text = `akenza's answer to ${request.method} ${request.path} cannot be used: ${why}`;
  return new SignalboxError("AKENZA_ANSWER_INVALID", text, cause === undefined ? {} : { cause });
}

/** `: Permission denied` of akenza's error object, or the start of whatever came. */
function said(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  try {
    const body: unknown = JSON.parse(trimmed);
    if (typeof body === "object" && body !== null && "message" in body && typeof body.message === "string") {
      return `: ${excerpt(body.message, 200)}`;
    }
  } catch {
    // Not akenza's error object; a proxy's page, perhaps.
  }
  return `: ${excerpt(trimmed, 120)}`;
}
