import { isoOf, withOffset } from "../timestamps.ts";

/** What goes back over HTTP; without a body the answer is empty. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a handler to answer with akenza's error object. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const PERMISSION_DENIED = "Permission denied: no role exists matching the criteria";

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Payload Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function reasonOf(status: number): string {
  return REASONS[status] ?? `Status ${status}`;
}

/** akenza's error object. Its time is spelled with an offset. */
export function errorAnswer(status: number, about: { path: string; now: number; message?: string }): Answer {
  const { path, now, message = reasonOf(status) } = about;
  return {
    status,
    body: { timestamp: withOffset(isoOf(now)), path, status, error: reasonOf(status), message },
  };
}
