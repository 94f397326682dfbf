import type { Clock } from "../clock.ts";
import { type DiscardReason, isDiscard, type Outcome } from "../component/contracts.ts";
import { judge, type Verdict } from "../component/expression.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import { andThen, inTurn, type NowOrLater } from "../now-or-later.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Flight } from "./flight.ts";
import { isMany, type RunningStep, runStep, shape, tried } from "./flow-parts.ts";
import type { SinkRunner } from "./sink-runner.ts";
import type { StepEnd } from "./trace/marks.ts";
import type { Write } from "./write.ts";

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

/** A step that has a message, since when on the monotonic clock. */
interface Turn {
  readonly at: number;
  readonly running: RunningStep;
  readonly message: Message;
  readonly startedAt: number;
}

/** One revision's way of a message through the steps to the sinks that are due to get it. */
export class Flow {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** It is done when every write that will be due is due. */
  take(flight: Flight): NowOrLater<void> {
    flight.revision = this.#options.revision;
    return andThen(this.#advance(flight, flight.original, 0), () => flight.routed());
  }

  /** Takes a message through the steps from one on. */
  #advance(flight: Flight, message: Message, at: number): NowOrLater<void> {
    const { steps, clock } = this.#options;
    const running = steps[at];
    if (running === undefined) return this.#dispatch(flight, message);
    const turn = { at, running, message, startedAt: clock.monotonic() };
    return andThen(stepInto(flight, running, message), (outcome) => this.#leave(flight, turn, outcome));
  }

  #leave(flight: Flight, turn: Turn, outcome: Outcome | SignalboxError): NowOrLater<void> {
    const { at, running, message, startedAt } = turn;
    note(flight, running, outcome, { startedAt, endedAt: this.#options.clock.monotonic() });
    if (outcome instanceof SignalboxError) return fail(this.#options, flight, message, outcome);
    if (isDiscard(outcome)) return discard(flight, running, message, outcome.discard);
    if (!isMany(outcome)) return this.#advance(flight, outcome, at + 1);
    if (outcome.length === 0) return flight.discard("nothing");
    return inTurn(outcome, (child) => this.#advance(flight, child, at + 1));
  }

  #dispatch(flight: Flight, message: Message): NowOrLater<void> {
    if (message.id !== flight.original.id) flight.part(message);
    return this.#offerFrom(0, flight, message, false);
  }

  /** Offers a message to the sinks from one on; `wasTaken`: one before them is due to get it. */
  #offerFrom(first: number, flight: Flight, message: Message, wasTaken: boolean): NowOrLater<void> {
    const { sinks, route } = this.#options;
    let isTaken = wasTaken;
    for (let at = first; at < sinks.length; at += 1) {
      const sink = sinks[at];
      if (sink === undefined || (isTaken && route === "first")) break;
      const took = this.#offer(flight, sink, message);
      if (took instanceof Promise)
        return took.then((late) => this.#offerFrom(at + 1, flight, message, isTaken || late));
      isTaken ||= took;
    }
    if (!isTaken) flight.discard("no-route");
  }

  /** Answers whether the sink is due to get it. */
  #offer(flight: Flight, sink: SinkRunner, message: Message): NowOrLater<boolean> {
    const { when } = sink.item;
    if (when === undefined) return this.#submit(flight, sink, message, "true");
    const judged: NowOrLater<Verdict | SignalboxError> = tried(() => judge(when, message));
    return andThen(judged, (verdict) => {
      if (verdict !== "false" && verdict !== "nothing") return this.#submit(flight, sink, message, verdict);
      flight.watch?.sink(sink.item, message, verdict);
      return false;
    });
  }

  #submit(flight: Flight, sink: SinkRunner, message: Message, verdict: Met): NowOrLater<boolean> {
    const { transform } = sink.item;
    if (verdict !== "true") return this.#hand(flight, sink, message, verdict);
    if (transform === undefined) return this.#hand(flight, sink, message, message);
    const made: NowOrLater<Message | SignalboxError> = tried(() => shape(transform, message));
    return andThen(made, (shaped) => this.#hand(flight, sink, message, shaped));
  }

  #hand(flight: Flight, sink: SinkRunner, message: Message, shaped: Message | SignalboxError): NowOrLater<boolean> {
    flight.watch?.sink(sink.item, message, shaped instanceof SignalboxError ? { failure: shaped } : { shaped });
    const key = this.#options.isOrdered ? message.meta.device : undefined;
    flight.begin();
    if (shaped instanceof SignalboxError) {
      sink.reject({ message, key, owner: flight }, shaped);
      return true;
    }
    const write = { message: shaped, key, owner: flight };
    const room = sink.room();
    if (room !== undefined) return submitInto(room, sink, write);
    sink.submit(write);
    return true;
  }
}

async function submitInto(room: Promise<void>, sink: SinkRunner, write: Write): Promise<boolean> {
  for (let next: Promise<void> | undefined = room; next !== undefined; next = sink.room()) await next;
  sink.submit(write);
  return true;
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
