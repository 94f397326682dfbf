// Evaluations that are too long for the main thread, in worker threads of this process. Started when first needed, at most
// two, for all expressions. Not here: deciding that an evaluation is too long, and saying where in a file an error stands.
//
// What waits is not bounded here. Whoever evaluates awaits the result before the next message, so a pipeline has one
// evaluation open for each place it awaits at, and never more than its messages in flight; what waits holds on to its
// message, and is copied when its turn comes.
import { type ExpressionError, Fault, limitError, toExpressionError } from "../errors.ts";
import { errorOfAnswer, type Portable } from "./messages.ts";
import { checkPortable, NotApartError } from "./portable-data.ts";
import { type Ending, Thread } from "./thread.ts";
import { createLine, type Line, type Turn, Turns } from "./turns.ts";

export type { Portable } from "./messages.ts";
export { NotApartError } from "./portable-data.ts";

const mostThreads = 2;
/** So many quick evaluations in a row, and the expression may come back to the main thread. */
const quickEnough = 64;
/** Milliseconds beyond its own limit that an evaluation has before its thread is ended by force. */
const marginMs = 2000;

interface Request {
  readonly what: Portable;
  readonly input: unknown;
  readonly bindings: Record<string, unknown> | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
}

const turns = new Turns<Request>(mostThreads - 1);
const lines = new WeakMap<Portable, Line<Request>>();
const threads = new Set<Thread>();

/**
 * Evaluates an expression in a worker thread. The same `what` object stands for the same expression: its requests are
 * answered in their order, and expressions take turns.
 *
 * Resolves to the plain result, a copy that shares nothing with the input. Rejects with the ExpressionError the evaluation
 * gave (without `location` and `cause`); with that of the time limit when the evaluation could not be stopped in time, and
 * of the memory limit when it filled the thread's heap, which both end the thread; with ENGINE_FAULT when the thread died of
 * something else; and with NotApartError when input, bindings or result cannot be copied, or no thread can be had.
 */
export function evaluateApart(
  what: Portable,
  input: unknown,
  bindings: Record<string, unknown> | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    checkPortable(input);
    checkPortable(bindings);
    turns.add(lineOf(what), { what, input, bindings, resolve, reject });
    startWaiting();
  });
}

/**
 * True while an expression that was evaluated apart should be so again: requests of it are open, which a result from here
 * would overtake, or its latest evaluations were not all quick.
 */
export function belongsApart(what: Portable): boolean {
  const line = lines.get(what);
  return line !== undefined && (turns.isOpen(line) || line.quickInARow < quickEnough);
}

/** Ends all threads; what is open is rejected. They start again when they are needed. For tests. */
export async function closeApart(): Promise<void> {
  for (const { what, reject } of turns.clear()) reject(fault(what, "the evaluation was given up: its thread closes"));
  await Promise.all([...threads].map((thread) => thread.end()));
}

function lineOf(what: Portable): Line<Request> {
  let line = lines.get(what);
  if (line === undefined) lines.set(what, (line = createLine()));
  return line;
}

function startWaiting(): void {
  for (;;) {
    const free = [...threads].find((thread) => thread.isFree);
    // One that is being ended still counts: it may be busy for a while, and must not pile up.
    if (free === undefined && threads.size >= mostThreads) return;
    const turn = turns.next();
    if (turn === undefined) return;
    void serve(turn, free);
  }
}

/** Up to its first `await` this takes the thread, so that no other request does. */
async function serve({ line, request }: Turn<Request>, free: Thread | undefined): Promise<void> {
  const { what, input, bindings, reject } = request;
  try {
    const thread = free ?? startThread();
    // Twice: an evaluation that fails may be made again in the reference, for its error.
    const ending = await thread.run({ what, input, bindings }, 2 * what.limits.timeMs + marginMs);
    turns.done(line, tookMs(ending));
    settle(request, ending);
  } catch (cause) {
    turns.done(line, undefined);
    reject(cause as Error);
  }
  startWaiting();
}

function startThread(): Thread {
  const thread = new Thread();
  threads.add(thread);
  void thread.gone.then(() => {
    threads.delete(thread);
    startWaiting();
  });
  return thread;
}

function tookMs(ending: Ending): number | undefined {
  if (ending.kind === "unfit") return undefined;
  return "tookMs" in ending ? ending.tookMs : Infinity;
}

function settle({ what, resolve, reject }: Request, ending: Ending): void {
  switch (ending.kind) {
    case "value":
      return resolve(ending.value);
    case "error":
      return reject(errorOfAnswer(ending));
    case "unfit":
      return reject(new NotApartError(ending.because));
    case "late":
      return reject(toExpressionError(limitError("LIMIT_TIME"), what));
    case "died":
      return reject(deathOf(what, ending.cause));
  }
}

function deathOf(what: Portable, cause: Error): ExpressionError {
  const isMemory = (cause as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isMemory) return toExpressionError(limitError("LIMIT_MEMORY"), what);
  return fault(what, `the thread that evaluated the expression died: ${cause.message}`, cause);
}

function fault({ text }: Portable, message: string, cause?: Error): ExpressionError {
  return toExpressionError(new Fault("ENGINE_FAULT", message, cause), { text });
}
