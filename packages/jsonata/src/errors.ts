import type { RawError } from "./reference.ts";
import { startOfToken } from "./position.ts";

/** A place in a file. Line and column count from 1. */
export interface Location {
  file?: string;
  line: number;
  column: number;
}

export type LimitCode = "LIMIT_TIME" | "LIMIT_DEPTH" | "LIMIT_SEQUENCE" | "LIMIT_OUTPUT" | "LIMIT_MEMORY";

/** Where an error came from: what is needed to say its place. */
export interface Origin {
  text: string;
  locate?: ((offset: number) => Location) | undefined;
}

interface Details {
  code: string;
  position?: number | undefined;
  token?: string | undefined;
  location?: Location | undefined;
  cause?: unknown;
}

/**
 * An expression that cannot be compiled or evaluated. `code` is jsonata's own ("S0201", "T2001", ...) or one of ours:
 * LIMIT_TIME, LIMIT_DEPTH, LIMIT_SEQUENCE, LIMIT_OUTPUT, LIMIT_MEMORY, RESULT_FUNCTION, NAME_RESERVED, FUNCTION_FAILED,
 * FUNCTION_ASYNC, ENGINE_FAULT.
 */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly code: string;
  /** Offset in the text of the token's first character, from 0, in UTF-16 units. */
  readonly position?: number;
  readonly token?: string;
  /** The same place in the file the text came from, when the caller gave `locate`. */
  readonly location?: Location;

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause });
    this.code = details.code;
    if (details.position !== undefined) this.position = details.position;
    if (details.token !== undefined) this.token = details.token;
    if (details.location !== undefined) this.location = details.location;
  }
}

const limitTexts: Record<LimitCode, string> = {
  LIMIT_TIME:
    "the expression took longer than its time limit (timeMs); look for a loop without an end, or raise the limit",
  LIMIT_DEPTH:
    "calls or data are nested too deeply (limit depth); end the recursion, or make the call the last act of its function",
  LIMIT_SEQUENCE: "the expression builds a sequence of more items than allowed (limit sequence)",
  LIMIT_OUTPUT: "the expression makes a result or a text larger than allowed (limit outputBytes)",
  LIMIT_MEMORY: "the expression used too much memory; build smaller values on the way to the result",
};

/** Thrown by our own code inside an evaluation. The reference adds position and token to it, as to its own errors. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export const limitError = (code: LimitCode, message = limitTexts[code]): Fault => new Fault(code, message);

const referenceLimits: Record<string, LimitCode> = {
  D1011: "LIMIT_DEPTH",
  D1012: "LIMIT_TIME",
  D2015: "LIMIT_SEQUENCE",
};

const longestMessage = 400;

/** Turns whatever the reference threw into an ExpressionError; one that is already made passes unchanged. */
export function toExpressionError(thrown: unknown, origin: Origin): ExpressionError {
  if (thrown instanceof ExpressionError) return thrown;
  const raw = innermostLimit(asRaw(thrown));
  const code = referenceLimits[raw.code ?? ""] ?? raw.code ?? "ENGINE_FAULT";
  const message = code === raw.code && raw.message ? raw.message : limitTexts[code as LimitCode];
  const position = startOfToken(origin.text, raw);
  return new ExpressionError(message.length > longestMessage ? `${message.slice(0, longestMessage)}...` : message, {
    code,
    position,
    token: raw.token === undefined || typeof raw.token === "string" ? raw.token : tokenText(raw.token),
    location: position === undefined ? undefined : origin.locate?.(position),
    cause: thrown,
  });
}

const tokenText = (token: unknown): string =>
  token instanceof RegExp ? token.toString() : (JSON.stringify(token) ?? typeof token);

function asRaw(thrown: unknown): RawError {
  if (typeof thrown !== "object" || thrown === null) {
    return { code: "ENGINE_FAULT", message: `the expression failed: ${String(thrown)}` };
  }
  const raw = thrown as RawError & { name?: string };
  if (raw.code !== undefined) return raw;
  // The engine's own stack and string limits, met by a built-in before ours were.
  if (raw.name === "RangeError") {
    const code = /call stack/i.test(raw.message ?? "") ? "LIMIT_DEPTH" : "LIMIT_OUTPUT";
    return { ...placed(raw), code, message: limitTexts[code] };
  }
  return { ...placed(raw), code: "ENGINE_FAULT", message: `the expression failed inside the engine: ${raw.message}` };
}

const placed = (raw: RawError): RawError => ({
  ...(raw.position === undefined ? {} : { position: raw.position }),
  ...(raw.token === undefined ? {} : { token: raw.token }),
});

/** $eval wraps what happened inside it; what we threw, and a limit, stay what they are. */
function innermostLimit(raw: RawError): RawError {
  if (raw.code !== "D3121" || raw.error === undefined) return raw;
  const inner = innermostLimit(asRaw(raw.error));
  const isOurs =
    raw.error instanceof Fault || (inner.code ?? "") in limitTexts || (inner.code ?? "") in referenceLimits;
  return isOurs ? { ...placed(raw), code: inner.code ?? "", message: inner.message ?? "" } : raw;
}
