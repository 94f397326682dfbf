import { failed, type WriteResult } from "../../component/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";

/** A failure that may pass. */
export function failedForNow(message = "busy"): WriteResult {
  return failed(new SignalboxError("SINK_WRITE_FAILED", message, { isRetryable: true }));
}

/** A failure that will not pass. */
export function failedForGood(message = "wrong"): WriteResult {
  return failed(new SignalboxError("SINK_WRITE_FAILED", message));
}
