import type { Clock } from "../clock.ts";
import { type DiscardReason, isDiscard, type Outcome } from "../component/contracts.ts";
import { judge } from "../component/expression.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Flight } from "./flight.ts";
import { isMany, type RunningStep, runStep, shape, tried } from "./flow-parts.ts";
import type { SinkRunner } from "./sink-runner.ts";
import type { StepEnd } from "./trace/marks.ts";

export interface FlowOptions {
  readonly pipeline: string;
  readonly revision: string;
  readonly steps: readonly RunningStep[];
  readonly sinks: readonly SinkRunner[];
  readonly route: "all" | "first";
  readonly isOrdered: boolean;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
}

/** What a sink's `when` says of a message that it is to get, or to be blamed for. */
type Met = "true" | SignalboxError;

/** Takes a message through the steps to the sinks that are due to get it. Resolves when every write that will be due is due. */
export type Flow = (flight: Flight) => Promise<void>;

export function createFlow(options: FlowOptions): Flow {
  const { steps, sinks, route, isOrdered, clock } = options;

  async function advance(flight: Flight, message: Message, from: number): Promise<void> {
    let current = message;
    for (let at = from; at < steps.length; at += 1) {
      const running = steps[at];
      if (running === undefined) break;
      const startedAt = clock.monotonic();
      const answer = stepInto(flight, running, current);
      // What answers at once is done now, and not after whatever else gets its turn meanwhile.
      const endedAtOnce = answer instanceof Promise ? undefined : clock.monotonic();
      const outcome = await answer;
      note(flight, running, outcome, { startedAt, endedAt: endedAtOnce ?? clock.monotonic() });
      if (outcome instanceof SignalboxError) return fail(options, flight, current, outcome);
      if (isDiscard(outcome)) return discard(flight, running, current, outcome.discard);
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
      if (verdict === "false" || verdict === "nothing") {
        flight.watch?.sink(sink.item, message, verdict);
        continue;
      }
      isTaken = true;
      await submit(flight, sink, message, verdict);
      if (route === "first") return;
    }
    if (!isTaken) flight.discard("no-route");
  }

  async function submit(flight: Flight, sink: SinkRunner, message: Message, verdict: Met): Promise<void> {
    const { transform } = sink.item;
    let shaped: Message | SignalboxError = verdict === "true" ? message : verdict;
    if (verdict === "true" && transform !== undefined) shaped = await tried(() => shape(transform, message));
    flight.watch?.sink(sink.item, message, shaped instanceof SignalboxError ? { failure: shaped } : { shaped });
    const key = isOrdered ? message.meta.device : undefined;
    flight.begin();
    if (shaped instanceof SignalboxError) return sink.reject({ message, key, owner: flight }, shaped);
    for (let room = sink.room(); room !== undefined; room = sink.room()) await room;
    sink.submit({ message: shaped, key, owner: flight });
  }

  return async (flight) => {
    flight.revision = options.revision;
    await advance(flight, flight.original, 0);
    flight.routed();
  };
}

/** What a step answers for a message, told to those who watch. */
function stepInto({ watch }: Flight, running: RunningStep, message: Message) {
  return watch === undefined ? tried(() => runStep(running, message)) : watch.step(running, message);
}

/** Counts what a step did. */
function note(
  flight: Flight,
  { item, counter }: RunningStep,
  outcome: Outcome | SignalboxError,
  times: { readonly startedAt: number; readonly endedAt: number },
): void {
  counter.durations.add(times.endedAt - times.startedAt);
  const end = endOf(outcome);
  if (end === "failed") counter.failed += 1;
  else if (end === "passed" || end === "split") counter.passed += 1;
  if (flight.marks !== undefined) flight.mark({ item, end, ...times });
}

function endOf(outcome: Outcome | SignalboxError): StepEnd {
  if (outcome instanceof SignalboxError) return "failed";
  if (isDiscard(outcome)) return "discarded";
  return isMany(outcome) ? "split" : "passed";
}

async function fail(options: FlowOptions, flight: Flight, shaped: Message, cause: SignalboxError): Promise<void> {
  const { pipeline, revision, deadLetters } = options;
  const letter = await deadLetters.bury({
    pipeline,
    revision,
    sink: undefined,
    cause,
    attempts: 1,
    original: flight.original,
    shaped,
  });
  flight.fail({ letter, cause, message: shaped });
}

/** A step takes a message off. What a step decided by what passed before nobody can compute again: it is noted. */
function discard(flight: Flight, { item, counter }: RunningStep, message: Message, reason: DiscardReason): void {
  counter.discard(reason);
  if (item.definition.remembers === true) flight.hold(message, item.name, reason);
  flight.discard(reason);
}
