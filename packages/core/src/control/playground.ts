// Tries an expression on a sample. It runs under the limits of any expression, in a thread of its own where it takes long
// (packages/jsonata): nothing of the engine waits for it.
import { problems } from "@signalbox/jsonata";
import type { Clock } from "../clock.ts";
import { bindExpression, boundFunctions, boundVariables } from "../component/bind.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Message, Meta } from "../message.ts";
import type { Insight } from "../runtime/record/insight.ts";
import { shownBody } from "../runtime/record/shown.ts";

export interface PlaygroundRequest {
  readonly expression: string;
  /** What it sees as `$`, where no recorded message is named. */
  readonly input?: unknown;
  /** What it sees as `$meta`. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  /** What it sees as `$vars`. */
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  /** A message that the engine remembers, in place of input and meta. */
  readonly message?: { readonly pipeline: string; readonly id: string } | undefined;
}

export interface PlaygroundAnswer {
  /** Undefined where it failed, and where it gave nothing. */
  readonly result?: unknown;
  readonly hasResult: boolean;
  readonly error?: PlaygroundProblem;
  /** What is suspicious about the text, whatever the sample. */
  readonly problems: readonly PlaygroundProblem[];
  /** Compiling and evaluating, in milliseconds. */
  readonly durationMs: number;
}

/** What is wrong, and where in the text; lines and columns count from 1. */
export interface PlaygroundProblem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

const nowhere: Meta = { pipeline: "playground", source: "playground", time: "", receivedAt: "" };

export interface PlaygroundOptions {
  readonly insight: Pick<Insight, "recorded">;
  readonly clock: Clock;
}

/** How many are tried at a time: long ones share their threads with the pipelines' own. */
const mostAtOnce = 4;

/** Answers how to try one. It fails with CONTROL_PLAYGROUND_BUSY, CONTROL_PIPELINE_UNKNOWN and CONTROL_MESSAGE_UNKNOWN. */
export function createPlayground(
  options: PlaygroundOptions,
): (request: PlaygroundRequest) => Promise<PlaygroundAnswer> {
  let open = 0;
  return async (request) => {
    if (open >= mostAtOnce) {
      throw new SignalboxError("CONTROL_PLAYGROUND_BUSY", `${mostAtOnce} expressions are being tried already`);
    }
    open += 1;
    try {
      return await tryExpression(options, request);
    } finally {
      open -= 1;
    }
  };
}

async function tryExpression(
  { insight, clock }: PlaygroundOptions,
  request: PlaygroundRequest,
): Promise<PlaygroundAnswer> {
  const { expression: text, vars = {} } = request;
  const message = messageOf(insight, request);
  const startedAt = clock.monotonic();
  const ended = await evaluate(text, message, vars);
  const durationMs = Number((clock.monotonic() - startedAt).toFixed(3));
  return { ...ended, problems: problemsOf(text), durationMs };
}

async function evaluate(
  text: string,
  message: Message,
  vars: Readonly<Record<string, unknown>>,
): Promise<Pick<PlaygroundAnswer, "result" | "hasResult" | "error">> {
  try {
    const result: unknown = await bindExpression(text, { vars }).evaluate(message);
    return result === undefined ? { hasResult: false } : { hasResult: true, result: shownBody(result) };
  } catch (cause) {
    const { code, message, at } = toSignalboxError(cause, "EXPRESSION_FAILED");
    return {
      hasResult: false,
      error: { severity: "error", code, message, line: at?.line ?? 1, column: at?.column ?? 1 },
    };
  }
}

function messageOf(insight: Pick<Insight, "recorded">, { input, meta, message: named }: PlaygroundRequest): Message {
  if (named === undefined) return { id: "playground", meta: { ...nowhere, ...meta }, body: input ?? null };
  const found = insight.recorded(named.pipeline, named.id);
  if (found !== undefined) return found;
  throw new SignalboxError(
    "CONTROL_MESSAGE_UNKNOWN",
    `pipeline "${named.pipeline}" has no message ${named.id} in mind`,
  );
}

function problemsOf(text: string): readonly PlaygroundProblem[] {
  return problems(text, { functions: boundFunctions, variables: boundVariables }).map((problem) => {
    const before = text.slice(0, problem.offset).split("\n");
    const { severity, code, message } = problem;
    return { severity, code, message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  });
}
