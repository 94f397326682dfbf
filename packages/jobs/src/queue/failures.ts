import { backoffDelayMs, type Job, type Logger, SignalboxError, toSignalboxError } from "@signalbox/core";

/** A failed job comes back after 1 s, then 2 s, ... at most 60 s apart; the upper half of each wait is drawn by chance. */
export const failureBackoff = { backoffMs: 1_000, maxBackoffMs: 60_000 };

/** When a job that failed for the `failures`-th time in a row runs again. */
export function retryAt(now: number, failures: number, random: number): number {
  return now + backoffDelayMs(failures, failureBackoff, random);
}

/** The one log line of a failure. What can be expected to pass is a warning; the rest wants someone to look. */
export function logFailure(
  log: Logger,
  { id, start }: Job,
  failure: { topic: string; cause: unknown; delayMs: number },
): void {
  const error = toSignalboxError(failure.cause, "QUEUE_JOB_FAILED");
  const isExpected = failure.cause instanceof SignalboxError && failure.cause.isRetryable;
  const fields = { topic: failure.topic, job: id, start, delayMs: failure.delayMs, error };
  if (isExpected) log.warn(fields, "A job failed and is tried again.");
  else log.error(fields, "A job failed and is tried again.");
}
