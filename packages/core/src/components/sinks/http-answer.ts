import { errors } from "undici";
import { failed, type WriteResult } from "../../component/contracts.ts";
import { messageOf, SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { ResponseClass } from "./http-responses.ts";
import { shownUrl } from "./network.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
}

/** An answer that is no delivery. */
export interface Refusal {
  readonly meaning: Exclude<ResponseClass, "delivered">;
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  /** What its body begins with. */
  readonly beginning: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What such an answer means for its messages (delivery.md, rule 8). */
export function refusalResult(refusal: Refusal, asked: Asked): WriteResult {
  const { meaning, status, retryAfter, now } = refusal;
  const excerpt = refusal.beginning.replace(/\s+/g, " ").trim();
  const text = `${asked.method} ${shownUrl(asked.url)} answered ${status}${excerpt === "" ? "" : `: ${excerpt}`}`;
  if (meaning === "rejected") return failed(rejection(status, text));
  return failed(failureForNow(meaning, text, parseRetryAfter(retryAfter, now)));
}

function rejection(status: number, text: string): SignalboxError {
  const isRedirect = status >= 300 && status < 400;
  const hint = isRedirect
    ? "redirects are not followed: write the URL it leads to"
    : "look at the message, or transform it";
  return new SignalboxError("HTTP_REQUEST_REJECTED", text, { hint });
}

function failureForNow(
  meaning: "retryable" | "refused",
  text: string,
  retryAfterMs: number | undefined,
): SignalboxError {
  const retryable = { isRetryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (meaning === "retryable") return new SignalboxError("HTTP_SERVER_UNAVAILABLE", text, retryable);
  const hint = "check the sink's credentials; its messages wait until they are accepted";
  return new SignalboxError("HTTP_AUTH_REFUSED", text, { ...retryable, isAccessRefused: true, hint });
}

/** `Retry-After`, in seconds or as a date, as milliseconds from `now`. */
function parseRetryAfter(value: string | string[] | undefined, now: number): number | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Why no answer came, as an error that says whether to try again. */
export function failureOf(error: unknown, asked: Asked, signal: AbortSignal): SignalboxError {
  if (signal.aborted) return toSignalboxError(signal.reason, "SINK_TIMEOUT", { isRetryable: true });
  const text = `${asked.method} ${shownUrl(asked.url)}: ${messageOf(error)}`;
  // Header values that no server may see: line breaks and the like, put there by a hole.
  if (error instanceof errors.InvalidArgumentError) {
    return new SignalboxError("HTTP_REQUEST_INVALID", text, {
      cause: error,
      hint: "look at what the holes of the headers give",
    });
  }
  return new SignalboxError("HTTP_SERVER_UNREACHABLE", text, { cause: error, isRetryable: true });
}
