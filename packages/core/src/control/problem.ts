import { SignalboxError } from "../errors/error.ts";
import type { ControlProblem } from "./api.ts";

const statusOf: Readonly<Record<string, number>> = {
  CONTROL_TOKEN_REFUSED: 401,
  CONSOLE_ORIGIN_REFUSED: 403,
  CONTROL_ROLE_REFUSED: 403,
  CONTROL_METHOD_REFUSED: 405,
  CONTROL_PATH_UNKNOWN: 404,
  CONTROL_SCHEDULE_UNKNOWN: 404,
  CONTROL_SENDER_UNKNOWN: 404,
  COMMAND_KEY_UNKNOWN: 404,
  CONTROL_PIPELINE_UNKNOWN: 404,
  CONTROL_STAGE_UNKNOWN: 404,
  CONFIG_EXPRESSION_SYNTAX: 400,
  CONTROL_QUERY_INVALID: 400,
  CONTROL_BODY_INVALID: 400,
  CONTROL_BODY_TOO_LARGE: 413,
  DEAD_LETTER_UNKNOWN: 404,
  DEAD_LETTER_BUSY: 409,
  DEAD_LETTER_PIPELINE_GONE: 409,
  DEAD_LETTER_SINK_GONE: 409,
  DEAD_LETTER_EDIT_MISFIT: 409,
};

/** The HTTP status and body that tell a caller of the control API why it has no answer. */
export function problemAnswer(error: unknown): { readonly status: number; readonly body: ControlProblem } {
  if (!(error instanceof SignalboxError)) {
    return { status: 500, body: { code: "CONTROL_FAILED", message: "the engine could not answer; see its log" } };
  }
  const hint = error.hint === undefined ? "" : ` (${error.hint})`;
  return { status: statusOf[error.code] ?? 503, body: { code: error.code, message: `${error.message}${hint}` } };
}
