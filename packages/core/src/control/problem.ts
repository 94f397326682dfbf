import type { ErrorCode } from "../errors/codes.ts";
import { SignalboxError } from "../errors/error.ts";
import type { ControlProblem } from "./api.ts";

/** What a route of the control API can fail with, and the HTTP status of it. The rest is trouble of the engine: 503. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  CONFIG_EXPRESSION_SYNTAX: 400,
  CONTROL_BODY_INVALID: 400,
  CONTROL_QUERY_INVALID: 400,
  CONTROL_TOKEN_REFUSED: 401,
  CONSOLE_LOGIN_NEEDED: 401,
  CONSOLE_TOKEN_REFUSED: 401,
  CONSOLE_CSRF_REFUSED: 403,
  CONTROL_ROLE_REFUSED: 403,
  CONSOLE_ORIGIN_REFUSED: 403,
  COMMAND_KEY_UNKNOWN: 404,
  CONTROL_DEVICE_UNKNOWN: 404,
  CONTROL_MESSAGE_UNKNOWN: 404,
  CONTROL_PATH_UNKNOWN: 404,
  CONTROL_PIPELINE_UNKNOWN: 404,
  CONTROL_SCHEDULE_UNKNOWN: 404,
  CONTROL_SENDER_UNKNOWN: 404,
  CONTROL_STAGE_UNKNOWN: 404,
  DEAD_LETTER_UNKNOWN: 404,
  CONTROL_METHOD_REFUSED: 405,
  COMMAND_STATE_REFUSED: 409,
  CONTROL_TRACES_OFF: 409,
  DEAD_LETTER_BUSY: 409,
  DEAD_LETTER_EDIT_MISFIT: 409,
  DEAD_LETTER_PIPELINE_GONE: 409,
  DEAD_LETTER_SINK_GONE: 409,
  CONTROL_BODY_TOO_LARGE: 413,
  CONTROL_PLAYGROUND_BUSY: 429,
  CONSOLE_TRIES_LIMITED: 429,
};

/** The HTTP status of a refusal. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 503;
}

/** The HTTP status and body that tell a caller of the control API why it has no answer. */
export function problemAnswer(error: unknown): { readonly status: number; readonly body: ControlProblem } {
  if (!(error instanceof SignalboxError)) {
    return { status: 500, body: { code: "CONTROL_FAILED", message: "the engine could not answer; see its log" } };
  }
  const hint = error.hint === undefined ? "" : ` (${error.hint})`;
  return { status: statusOf(error.code), body: { code: error.code, message: `${error.message}${hint}` } };
}
