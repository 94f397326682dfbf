import { isDiscard, type Step } from "../component/contracts.ts";
import { type Expression, judge } from "../component/expression.ts";
import type { StepItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import { type Message, withBody } from "../message.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Flight } from "./flight.ts";
import type { SinkRunner } from "./sink-runner.ts";

export interface RunningStep {
  readonly item: StepItem;
  readonly step: Step;
}

export interface FlowOptions {
  readonly pipeline: string;
  readonly revision: string;
  readonly steps: readonly RunningStep[];
  readonly sinks: readonly SinkRunner[];
  readonly route: "all" | "first";
  readonly isOrdered: boolean;
  readonly deadLetters: DeadLetters;
}

/** Takes a message through the steps to the sinks that are due to get it. Resolves when every write that will be due is due. */
export type Flow = (flight: Flight) => Promise<void>;

export function createFlow(options: FlowOptions): Flow {
  const { steps, sinks, route, isOrdered } = options;

  async function advance(flight: Flight, message: Message, from: number): Promise<void> {
    let current = message;
    for (let at = from; at < steps.length; at += 1) {
      const running = steps[at];
      if (running === undefined) break;
      const outcome = await tried(() => runStep(running, current));
      if (outcome instanceof SignalboxError) return fail(options, flight, current, outcome);
      if (isDiscard(outcome)) return flight.discard(outcome.discard);
      if (isMany(outcome)) return advanceAll(flight, outcome, at + 1);
      current = outcome;
    }
    return dispatch(flight, current);
  }

  async function advanceAll(flight: Flight, children: readonly Message[], from: number): Promise<void> {
    if (children.length === 0) return flight.discard("nothing");
    for (const child of children) await advance(flight, child, from);
  }

  async function dispatch(flight: Flight, message: Message): Promise<void> {
    if (message.id !== flight.original.id) flight.part(message);
    let isTaken = false;
    for (const sink of sinks) {
      const { when } = sink.item;
      const verdict = when === undefined ? "true" : await tried(() => judge(when, message));
      if (verdict === "false" || verdict === "nothing") continue;
      isTaken = true;
      await submit(flight, sink, message, verdict);
      if (route === "first") return;
    }
    if (!isTaken) flight.discard("no-route");
  }

  async function submit(
    flight: Flight,
    sink: SinkRunner,
    message: Message,
    verdict: "true" | SignalboxError,
  ): Promise<void> {
    const { transform } = sink.item;
    const shaped =
      verdict !== "true" || transform === undefined ? message : await tried(() => shape(transform, message));
    const failure = verdict === "true" ? shaped : verdict;
    const key = isOrdered ? message.meta.device : undefined;
    flight.begin();
    if (failure instanceof SignalboxError) return sink.reject({ message, key, owner: flight }, failure);
    for (let room = sink.room(); room !== undefined; room = sink.room()) await room;
    sink.submit({ message: shaped as Message, key, owner: flight });
  }

  return async (flight) => {
    await advance(flight, flight.original, 0);
    flight.routed();
  };
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

async function fail(options: FlowOptions, flight: Flight, shaped: Message, cause: SignalboxError): Promise<void> {
  const { pipeline, revision, deadLetters } = options;
  await deadLetters.bury({
    pipeline,
    revision,
    sink: undefined,
    cause,
    attempts: 1,
    original: flight.original,
    shaped,
  });
  flight.fail();
}

/** Whether a step made several messages of one. */
export function isMany(outcome: Message | readonly Message[]): outcome is readonly Message[] {
  return Array.isArray(outcome);
}
