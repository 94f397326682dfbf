import { messageOf, SignalboxError } from "@signalbox/core";

/**
 * States in which Redis answers, but only to say that it cannot serve now. NOSCRIPT is one of them: a server that was
 * restarted or promoted has forgotten the scripts, which the client sends again with the next try.
 */
const states = "LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|NOSCRIPT";
/** At the start; before Redis 7, from inside a script, behind a dash. */
const passing = new RegExp(`(^|\\s-)(${states})\\b`);

/** What went wrong with a command, in the store port's terms. */
export function toStoreError(cause: unknown): SignalboxError {
  if (cause instanceof SignalboxError) return cause;
  const message = messageOf(cause);
  const isAnswer = cause instanceof Error && cause.name === "ReplyError";
  if (isAnswer && !passing.test(message)) {
    // Without the driver's error as its cause: that one carries the command, which may hold a password or a message.
    return new SignalboxError("STORE_REQUEST_REFUSED", `Redis refused a command: ${message}`, hintFor(message));
  }
  return new SignalboxError("STORE_UNREACHABLE", `Redis does not serve: ${message}`, { isRetryable: true });
}

function hintFor(message: string): { readonly hint?: string } {
  if (/^MOVED\b/.test(message)) return { hint: "it is part of a cluster: write `cluster` in place of `url`" };
  if (message.includes("cluster support disabled")) return { hint: "it is no cluster: write `url`" };
  return {};
}
