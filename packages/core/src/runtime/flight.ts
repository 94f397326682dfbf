import type { Clock } from "../clock.ts";
import type { DiscardReason } from "../component/contracts.ts";
import type { Delivery, Message, Settlement } from "../message.ts";
import type { MessageCounter } from "./counts.ts";
import type { FlownMessage } from "./trace/flight-spans.ts";
import { type Mark, mostMarks } from "./trace/marks.ts";
import type { Tracer } from "./trace/tracer.ts";
import type { EarlyDeath, Held, Passage, PipelineRecord } from "./record/pipeline-record.ts";
import type { Watch } from "./record/watch.ts";
import { takenInAt, type WriteOwner } from "./write.ts";

/** Keys of commands that a settlement tells of. */
const mostCommands = 1_000;
/** Ids of parts that it tells of. */
const mostParts = 20;

/** Where the messages of a pipeline are counted and kept in mind. */
export interface FlightDesk {
  readonly counter: MessageCounter;
  readonly record: PipelineRecord;
  /** Undefined while the engine is not traced. */
  readonly tracer: Tracer | undefined;
  readonly onEnd: () => void;
}

/** Steps that hold parts of one message back, as far as they are kept. */
const mostHeld = 20;

/**
 * One message on its way from its source until its last write is settled or parked. It counts what is still open; the
 * routing itself counts as one, so that a message cannot end while its children are being made.
 */
export class Flight implements Settlement, Passage, WriteOwner, FlownMessage {
  delivered = 0;
  discarded = 0;
  deadLettered = 0;
  parked = 0;
  parts?: { count: number; readonly ids: string[] };
  commands?: readonly string[];
  revision: string | undefined;
  held: Held[] | undefined;
  deathCode: string | undefined;
  /** When its steps ended; undefined where nobody asks, and once it has been told. */
  marks: Mark[] | undefined;
  endedAt = 0;
  /** The message as its source gave it. */
  readonly original: Message;
  /** Undefined while nobody watches the pipeline. */
  readonly watch: Watch | undefined;
  #open = 1;
  readonly #isFromStore: boolean;
  readonly #enteredAt: number;
  /** Undefined once it has ended: the flight may be kept, what its source holds need not. */
  #delivery: Delivery | undefined;
  readonly #desk: FlightDesk;

  constructor(delivery: Delivery, desk: FlightDesk, origin: "received" | "redriven" | "taken" = "received") {
    const { counter, record } = desk;
    this.#delivery = delivery;
    this.#desk = desk;
    this.original = desk.tracer === undefined ? delivery.message : desk.tracer.enter(delivery.message);
    this.marks = desk.tracer === undefined ? undefined : [];
    this.watch = record.watch;
    this.#enteredAt = counter.enter(origin);
    this.#isFromStore = origin === "taken";
    record.note(this);
    this.watch?.came(this.original);
  }

  takenInAt(clock: Clock): number {
    return this.#isFromStore ? takenInAt(this.original, clock) : this.#enteredAt;
  }

  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** A step is done with it, or with a part of it. */
  mark(mark: Mark): void {
    if (this.marks !== undefined && this.marks.length < mostMarks) this.marks.push(mark);
  }

  /** One of the messages it was split into comes to the sinks. */
  part({ id }: Message): void {
    this.parts ??= { count: 0, ids: [] };
    this.parts.count += 1;
    if (this.parts.ids.length < mostParts) this.parts.ids.push(id);
  }

  /** One more write is due. */
  begin(): void {
    this.#open += 1;
  }

  /** A write ended well, or was discarded by its sink. */
  writeDelivered(commands?: readonly string[]): void {
    this.delivered += 1;
    if (commands !== undefined) this.commands = [...(this.commands ?? []), ...commands].slice(0, mostCommands);
    this.#close();
  }

  writeDiscarded(): void {
    this.discarded += 1;
    this.#close();
  }

  writeDeadLettered(): void {
    this.deadLettered += 1;
    this.#close();
  }

  writeParked(): void {
    this.parked += 1;
    this.#close();
  }

  /** A message (this one or a child) goes no further and no sink was due to get it. */
  discard(reason: DiscardReason): void {
    this.discarded += 1;
    this.#desk.counter.discarded.add(reason);
  }

  /** A step that decides by what passed before held it (or a child) back: nobody can compute that afterwards. */
  hold(message: Message, step: string, reason: DiscardReason): void {
    this.held ??= [];
    if (this.held.length < mostHeld) this.held.push({ message: message.id, step, reason });
  }

  /** The message failed before any write and is a dead letter now. */
  fail(death: EarlyDeath): void {
    this.deadLettered += 1;
    this.deathCode = death.cause.code;
    this.#desk.counter.deadLettered += 1;
    this.#desk.record.died(this.original, death);
  }

  /** Routing is over: every write that will be due is due. */
  routed(): void {
    this.#close();
  }

  #close(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#end();
  }

  #end(): void {
    const { counter, tracer, onEnd } = this.#desk;
    const delivery = this.#delivery;
    this.#delivery = undefined;
    counter.inFlight -= 1;
    if (this.parked === 0) {
      counter.settled += 1;
    } else {
      counter.parked += this.parked;
      counter.divided += this.parked - 1;
    }
    if (tracer !== undefined && delivery !== undefined) this.#tell(tracer, delivery.message);
    delivery?.ack(this);
    onEnd();
  }
  #tell(tracer: Tracer, before: Message): void {
    this.endedAt = tracer.clock.monotonic();
    tracer.flew(this, before);
    this.marks = undefined;
  }
}
