import { messageOf, SignalboxError } from "@signalbox/core";
import { DatabaseError } from "pg";

/**
 * Classes of SQLSTATE that time or an operator mends: connection, authorization, missing database, conflict with another
 * transaction, resources, object in use, shutdown, I/O. Everything else lies in the statement or its values.
 */
const passingClasses = new Set(["08", "28", "3D", "40", "53", "55", "57", "58", "XX"]);
/** A server that only reads: a replica about to become the primary, or the other way round. */
const passingCodes = new Set(["25006"]);
/** Class 08 for once is a mistake of ours: the number of parameters does not fit the statement. */
const lastingCodes = new Set(["08P01"]);

/** What PostgreSQL or the way to it said, as an error that tells whether to try again. `doing` is what failed, in words. */
export function postgresError(error: unknown, doing: string): SignalboxError {
  if (error instanceof SignalboxError) return error;
  if (!(error instanceof DatabaseError)) {
    return new SignalboxError("POSTGRES_UNREACHABLE", `${doing}: ${messageOf(error)}`, {
      cause: error,
      isRetryable: true,
    });
  }
  const state = error.code ?? "";
  const text = `${doing}: ${error.message} (SQLSTATE ${state})`;
  const isPassing = passingCodes.has(state) || (passingClasses.has(state.slice(0, 2)) && !lastingCodes.has(state));
  if (isPassing) return new SignalboxError("POSTGRES_UNAVAILABLE", text, { cause: error, isRetryable: true });
  return new SignalboxError("SQL_STATEMENT_REJECTED", text, { cause: error });
}
