import { ExpressionError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** What the worker needs to make the same expression: all of it is plain data. */
export interface Portable {
  readonly text: string;
  readonly limits: Readonly<Limits>;
  /** As given to `compile`: the names of the bindings; others are not looked at. */
  readonly variables?: readonly string[] | undefined;
  /** True when the caller's functions are exactly our library, which the worker binds itself. */
  readonly library: boolean;
}

/** One evaluation, as the worker gets it. It is given the next one when it has answered. */
export interface Job {
  readonly what: Portable;
  readonly input: unknown;
  readonly bindings: Record<string, unknown> | undefined;
}

export type ErrorDetails = ConstructorParameters<typeof ExpressionError>[1];

/** What the worker says. `tookMs` is the evaluation alone, without compiling. */
export type Answer =
  | { readonly kind: "value"; readonly value: unknown; readonly tookMs: number }
  | { readonly kind: "error"; readonly message: string; readonly details: ErrorDetails; readonly tookMs: number }
  /** The job could not be read, or its result not be sent. */
  | { readonly kind: "unfit"; readonly because: string };

/** The worker has loaded, and begins with what it was sent meanwhile. */
export interface Ready {
  readonly kind: "ready";
}

/** The error as an answer. Its place in a file stays out: only the caller knows it, and adds it. So does its cause. */
export function answerOfError(error: ExpressionError, tookMs: number): Answer {
  const { message, code, position, offset, token, value, index, limit, isOurs } = error;
  const details = { code, position, offset, token, value, index, limit, isOurs };
  return { kind: "error", message, details, tookMs };
}

/** The same without the values of the evaluation that it may quote: a function among them cannot be sent. */
export function withoutValues(answer: Answer & { kind: "error" }): Answer {
  const { value: _, token, ...details } = answer.details;
  return { ...answer, details: typeof token === "string" ? { ...details, token } : details };
}

export function errorOfAnswer({ message, details }: Answer & { kind: "error" }): ExpressionError {
  return new ExpressionError(message, details);
}
