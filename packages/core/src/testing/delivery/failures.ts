import { failed, type WriteResult } from "../../component/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";

/** A failure that may pass; `retryAfterMs` is what the other side asked for. */
export function failedForNow(message = "busy", retryAfterMs?: number): WriteResult {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return failed(new SignalboxError("SINK_WRITE_FAILED", message, { isRetryable: true, ...asked }));
}

/** A failure that will not pass. */
export function failedForGood(message = "wrong"): WriteResult {
  return failed(new SignalboxError("SINK_WRITE_FAILED", message));
}
