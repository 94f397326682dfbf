import type { Clock } from "../clock.ts";
import type { DiscardReason } from "../component/contracts.ts";
import type { Delivery, Message, Settlement } from "../message.ts";
import type { MessageCounter } from "./counts.ts";
import { takenInAt, type WriteOwner } from "./write.ts";

/** Keys of commands that a settlement tells of. */
const mostCommands = 1_000;
/** Ids of parts that it tells of. */
const mostParts = 20;

/**
 * One message on its way from its source until its last write is settled or parked. It counts what is still open; the
 * routing itself counts as one, so that a message cannot end while its children are being made.
 */
export class Flight implements Settlement, WriteOwner {
  delivered = 0;
  discarded = 0;
  deadLettered = 0;
  parked = 0;
  parts?: { count: number; readonly ids: string[] };
  commands?: readonly string[];
  #open = 1;
  readonly #isFromStore: boolean;
  readonly #enteredAt: number;
  readonly #delivery: Delivery;
  readonly #counter: MessageCounter;
  readonly #onEnd: () => void;

  constructor(
    delivery: Delivery,
    counter: MessageCounter,
    onEnd: () => void,
    origin: "received" | "redriven" | "taken" = "received",
  ) {
    this.#delivery = delivery;
    this.#counter = counter;
    this.#onEnd = onEnd;
    this.#enteredAt = counter.enter(origin);
    this.#isFromStore = origin === "taken";
  }

  takenInAt(clock: Clock): number {
    return this.#isFromStore ? takenInAt(this.original, clock) : this.#enteredAt;
  }

  /** The message as its source gave it, for dead letters. */
  get original(): Message {
    return this.#delivery.message;
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
    this.#counter.discarded.add(reason);
  }

  /** The message failed before any write and is a dead letter now. */
  fail(): void {
    this.deadLettered += 1;
    this.#counter.deadLettered += 1;
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
    const counter = this.#counter;
    counter.inFlight -= 1;
    if (this.parked === 0) {
      counter.settled += 1;
    } else {
      counter.parked += this.parked;
      counter.divided += this.parked - 1;
    }
    this.#delivery.ack(this);
    this.#onEnd();
  }
}
