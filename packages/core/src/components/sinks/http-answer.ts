import { type Dispatcher, errors } from "undici";
import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { messageOf, SignalboxError, toSignalboxError } from "../../errors/error.ts";
import { classify, type Responses } from "./http-responses.ts";
import { shownUrl } from "./network.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
}

const excerptBytes = 512;
/** An answer longer than this costs less to cut off, with its connection, than to read. */
const readLimitBytes = 64 * 1024;

/** What an answer means for its messages (delivery.md, rule 8). `now` is milliseconds since the epoch. */
export async function resultOf(
  response: Dispatcher.ResponseData,
  asked: Asked & { readonly now: number; readonly responses: Responses },
): Promise<WriteResult> {
  const { statusCode: status, headers, body } = response;
  const meaning = classify(status, asked.responses);
  if (meaning === "delivered") {
    // Read to its end for the sake of the connection, and not waited for: the status was the answer.
    body.dump({ limit: readLimitBytes }).catch(() => undefined);
    return delivered;
  }
  const excerpt = await readExcerpt(body);
  const text = `${asked.method} ${shownUrl(asked.url)} answered ${status}${excerpt === "" ? "" : `: ${excerpt}`}`;
  if (meaning === "rejected") return failed(rejection(status, text));
  const retryAfterMs = parseRetryAfter(headers["retry-after"], asked.now);
  return failed(failureForNow(meaning, text, retryAfterMs));
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

/** The beginning of an answer, in one line. */
async function readExcerpt(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (size < excerptBytes) kept.push(chunk.subarray(0, excerptBytes - size));
      size += chunk.length;
      if (size > readLimitBytes) break;
    }
  } catch {
    // The status is known; a body that breaks off adds nothing to it.
  }
  return Buffer.concat(kept).toString("utf8").replace(/\s+/g, " ").trim();
}

/** Why no answer came, as an error that says whether to try again. */
export function failureOf(error: unknown, asked: Asked & { readonly signal: AbortSignal }): SignalboxError {
  if (asked.signal.aborted) return toSignalboxError(asked.signal.reason, "SINK_TIMEOUT", { isRetryable: true });
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
