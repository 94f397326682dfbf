import { messageOf, SignalboxError } from "@signalbox/core";
import { SchemaVersionMismatchError } from "bullmq";

/**
 * SQLSTATE classes with which PostgreSQL says that it cannot serve now: connection, transaction rolled back, resources,
 * operator intervention, system error.
 */
const passing = /^(08|40|53|57|58)/;

/** What went wrong with a query, in the store port's terms. */
export function toStoreError(cause: unknown): SignalboxError {
  if (cause instanceof SignalboxError) return cause;
  if (cause instanceof SchemaVersionMismatchError) {
    return new SignalboxError("STORE_VERSION_NEWER", cause.message, { cause });
  }
  const message = messageOf(cause);
  const state = sqlState(cause);
  if (state !== undefined && !passing.test(state)) {
    return new SignalboxError("STORE_REQUEST_REFUSED", `PostgreSQL refused a request: ${message} (${state})`);
  }
  return new SignalboxError("STORE_UNREACHABLE", `PostgreSQL does not serve: ${message}`, { isRetryable: true });
}

/** The five characters PostgreSQL puts on its errors; undefined for errors of the connection (their codes are Node's). */
function sqlState(cause: unknown): string | undefined {
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
