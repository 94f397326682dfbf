// The thread of evaluations that are too long for the main thread: compiles by text, evaluates, answers.
// Not here: starting and watching it (thread.ts), whose turn it is (turns.ts).
import { parentPort } from "node:worker_threads";
import { compile, type CompileOptions, type Expression } from "../compile.ts";
import { toExpressionError } from "../errors.ts";
import { library } from "../library/index.ts";
import { answerOfError, type Answer, type Job, type Portable, type Ready, withoutValues } from "./messages.ts";

/** Compiled expressions kept: some tens of kilobytes each. */
const mostKept = 256;

const main = parentPort;
if (main === null) throw new Error("This file runs in a worker thread.");
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const say = (message: Answer | Ready): void => main.postMessage(message);

/** By text and options; the one used last is last. */
const kept = new Map<string, Expression>();

main.on("message", (job: Job) => void answer(job).then(send));
main.on("messageerror", ({ message }: Error) => say({ kind: "unfit", because: `the data cannot be read: ${message}` }));
say({ kind: "ready" });

async function answer({ what, input, bindings }: Job): Promise<Answer> {
  let startedAt = performance.now();
  try {
    const expression = compiled(what);
    startedAt = performance.now();
    const value = await expression.evaluate(input, bindings);
    return { kind: "value", value, tookMs: performance.now() - startedAt };
  } catch (cause) {
    const tookMs = performance.now() - startedAt;
    return answerOfError(toExpressionError(cause, { text: what.text }), tookMs);
  }
}

function send(answer: Answer): void {
  try {
    say(answer);
  } catch (cause) {
    const because = `the result cannot be copied: ${(cause as Error).message}`;
    say(answer.kind === "error" ? withoutValues(answer) : { kind: "unfit", because });
  }
}

function compiled(what: Portable): Expression {
  const { text, limits, variables } = what;
  const key = JSON.stringify([text, what.library, variables, ...Object.values(limits).map(String)]);
  const expression = kept.get(key) ?? compile(text, optionsOf(what));
  kept.delete(key);
  kept.set(key, expression);
  for (const [oldest] of kept) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return expression;
}

function optionsOf({ limits, variables, library: isBound }: Portable): CompileOptions {
  return {
    limits,
    mayGoApart: false,
    ...(variables === undefined ? {} : { variables }),
    ...(isBound ? { functions: library } : {}),
  };
}
