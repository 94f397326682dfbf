// What a step or a sink's transform makes of one message. Not here: which comes after which (flow.ts).
import type { Step } from "../component/contracts.ts";
import { type Expression, judge } from "../component/expression.ts";
import type { StepItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import { type Message, withBody } from "../message.ts";
import type { StepCounter } from "./step-counts.ts";

export interface RunningStep {
  readonly item: StepItem;
  readonly step: Step;
  readonly counter: StepCounter;
}

/** A step's outcome for a message; the message itself where the step's `when` does not hold. */
export function runStep({ item, step }: RunningStep, message: Message): ReturnType<Step["process"]> {
  if (item.when === undefined) return step.process(message);
  const verdict = judge(item.when, message);
  if (verdict instanceof Promise) return verdict.then((late) => (late === "true" ? step.process(message) : message));
  return verdict === "true" ? step.process(message) : message;
}

/** The message with the body a sink's transform makes of it. */
export function shape(transform: Expression, message: Message): Message | Promise<Message> {
  const body = transform.evaluate(message);
  return body instanceof Promise
    ? body.then((late) => shaped(late, transform, message))
    : shaped(body, transform, message);
}

function shaped(body: unknown, transform: Expression, message: Message): Message {
  if (body !== undefined) return withBody(message, body);
  throw new SignalboxError("EXPRESSION_NO_RESULT", "the sink's transform gave no result", { at: transform.at });
}

/** Steps and conditions answer at once where they can: only a real promise is awaited, and a failure is a value. */
export function tried<T>(run: () => T | Promise<T>): T | SignalboxError | Promise<T | SignalboxError> {
  try {
    const result = run();
    return result instanceof Promise ? result.catch(asFailure) : result;
  } catch (error) {
    return asFailure(error);
  }
}

function asFailure(error: unknown): SignalboxError {
  return toSignalboxError(error, "STEP_FAILED");
}

/** Whether a step made several messages of one. */
export function isMany(outcome: Message | readonly Message[]): outcome is readonly Message[] {
  return Array.isArray(outcome);
}
