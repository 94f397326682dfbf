import type { Location } from "../location.ts";
import type { ErrorCode } from "./codes.ts";

export interface SignalboxErrorOptions {
  /** What to do next, in words that can follow the message. */
  readonly hint?: string;
  /** Where in the author's files the cause lies. */
  readonly at?: Location;
  /** The error underneath; add only what you know to it. */
  readonly cause?: unknown;
  /** Whether trying the same again later can succeed (delivery.md, rule 8); default false. */
  readonly isRetryable?: boolean;
  /** How long the other side asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether the other side refuses who we are: every message would fail, until someone mends it; default false. */
  readonly isAccessRefused?: boolean;
}

/**
 * The one error class of the project: what went wrong, where, why, and what to do next.
 * `code` is stable and listed in docs/reference/errors.md. Texts never hold secrets or URL queries.
 */
export class SignalboxError extends Error {
  override readonly name = "SignalboxError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: Location | undefined;
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly isAccessRefused: boolean;

  constructor(code: ErrorCode, message: string, options: SignalboxErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.at = options.at;
    this.isRetryable = options.isRetryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.isAccessRefused = options.isAccessRefused ?? false;
  }
}

/** The error as a SignalboxError: itself if it is one, else wrapped under `code` with its message kept. */
export function toSignalboxError(error: unknown, code: ErrorCode, options: SignalboxErrorOptions = {}): SignalboxError {
  if (error instanceof SignalboxError) return error;
  return new SignalboxError(code, messageOf(error), { ...options, cause: error });
}

/** The message of anything that can be thrown. An AggregateError (several addresses refused) speaks through its parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  if (error instanceof Error) return error.message;
  return String(error);
}
