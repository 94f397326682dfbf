import type { Limits } from "./limits.ts";
import type { RawError } from "./reference/reference.ts";
import { startOfToken } from "./syntax/position.ts";

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
  offset?: number | undefined;
  token?: unknown;
  value?: unknown;
  index?: unknown;
  limit?: LimitName | undefined;
  isOurs?: boolean;
  location?: Location | undefined;
  cause?: unknown;
}

/** Which limit of `Limits` ended an evaluation; `memory` is the fixed one. */
export type LimitName = keyof Limits | "memory";

/**
 * An expression that cannot be compiled or evaluated. `code` is jsonata's own ("S0201", "T2001", ...; D1012, D1011 and D2015
 * are its codes for limits of time, depth and sequences) or one of ours: LIMIT_OUTPUT, LIMIT_MEMORY, RESULT_FUNCTION,
 * NAME_RESERVED, FUNCTION_FAILED, FUNCTION_ASYNC, ENGINE_FAULT.
 */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly code: string;
  /** Where it is as jsonata says it: mostly the offset just behind the token, in UTF-16 units. */
  readonly position?: number;
  /** The token: an operator, the name of a function, what stands in the text there. */
  readonly token?: unknown;
  /** Where the token starts, from 0, in UTF-16 units: what an editor wants. */
  readonly offset?: number;
  /** The same place in the file the text came from, when the caller gave `locate`. */
  readonly location?: Location;
  /** The limit that ended the evaluation. */
  readonly limit?: LimitName;
  /** The value that was not what it should be. */
  readonly value?: unknown;
  /** The number of the argument that was wrong, from 1. */
  readonly index?: unknown;
  /** It says all there is to say: jsonata knows no such error. */
  declare readonly isOurs: boolean;

  constructor(message: string, details: Details) {
    super(message, { cause: details.cause });
    this.code = details.code;
    if (details.position !== undefined) this.position = details.position;
    if (details.token !== undefined) this.token = details.token;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.location !== undefined) this.location = details.location;
    if (details.limit !== undefined) this.limit = details.limit;
    if (details.index !== undefined) this.index = details.index;
    // Data of a message does not belong into logs that print an error with all its fields.
    const hidden = { value: details.value, isOurs: details.isOurs === true };
    for (const [name, value] of Object.entries(hidden)) Object.defineProperty(this, name, { value, enumerable: false });
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

/** Limits by the codes inside of an evaluation: ours, and those of jsonata where it has one, which is what errors carry. */
const limits: Record<string, { code: string; limit: LimitName; text: LimitCode }> = {
  LIMIT_TIME: { code: "D1012", limit: "timeMs", text: "LIMIT_TIME" },
  LIMIT_DEPTH: { code: "D1011", limit: "depth", text: "LIMIT_DEPTH" },
  LIMIT_SEQUENCE: { code: "D2015", limit: "sequence", text: "LIMIT_SEQUENCE" },
  LIMIT_OUTPUT: { code: "LIMIT_OUTPUT", limit: "outputBytes", text: "LIMIT_OUTPUT" },
  LIMIT_MEMORY: { code: "LIMIT_MEMORY", limit: "memory", text: "LIMIT_MEMORY" },
  D1012: { code: "D1012", limit: "timeMs", text: "LIMIT_TIME" },
  D1011: { code: "D1011", limit: "depth", text: "LIMIT_DEPTH" },
  D2015: { code: "D2015", limit: "sequence", text: "LIMIT_SEQUENCE" },
};

const longestMessage = 400;

/** Turns whatever was thrown into an ExpressionError of this origin. */
export function toExpressionError(thrown: unknown, origin: Origin): ExpressionError {
  if (thrown instanceof ExpressionError) return relocated(thrown, origin);
  const raw = innermostLimit(asRaw(thrown));
  const limit = limits[raw.code ?? ""];
  const message = messageOf(raw, limit?.text);
  const offset = startOfToken(origin.text, raw);
  return new ExpressionError(message, {
    code: limit?.code ?? raw.code ?? "ENGINE_FAULT",
    position: raw.position,
    offset,
    token: raw.token,
    value: raw.value,
    index: raw.index,
    limit: limit?.limit,
    isOurs: thrown instanceof Fault,
    location: offset === undefined ? undefined : origin.locate?.(offset),
    cause: thrown,
  });
}

/** The same error where the same text stands elsewhere. */
function relocated(error: ExpressionError, { locate }: Origin): ExpressionError {
  if (locate === undefined || error.location !== undefined || error.offset === undefined) return error;
  return Object.assign(error, { location: locate(error.offset) });
}

function messageOf(raw: RawError, limit: LimitCode | undefined): string {
  const own = raw.message === raw.code ? undefined : raw.message;
  const message =
    (limit === undefined ? undefined : limitTexts[limit]) ?? own ?? `the expression failed with ${raw.code}`;
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}...` : message;
}

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
  const isOurs = raw.error instanceof Fault || (inner.code ?? "") in limits;
  return isOurs ? { ...placed(raw), code: inner.code ?? "", message: inner.message ?? "" } : raw;
}
