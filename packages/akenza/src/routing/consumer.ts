import { type Delivery, DeliveryBuffer, type Message } from "@signalbox/core";
import type { Sample } from "../socket/frames.ts";

/** What of the socket's life a pipeline wants to see as messages. */
export type SocketEvent = "sample" | "connected" | "closed" | "frame";

/** A sample with what is the same for every pipeline that gets it. */
export interface RoutedSample extends Sample {
  readonly id: string;
  /** ISO 8601. */
  readonly receivedAt: string;
}

export interface ConsumerOptions {
  readonly pipeline: string;
  readonly events: readonly SocketEvent[];
  /** Messages that may wait for the pipeline. */
  readonly capacity: number;
}

/** Beyond this many waiting above the capacity, events of the socket are dropped and counted. */
const maxOverflow = 10_000;

const noop = (): void => undefined;

/** One pipeline at the socket: its room for messages, and what overflowed before the socket could be paused. */
export class Consumer {
  readonly pipeline: string;
  readonly events: ReadonlySet<SocketEvent>;
  readonly wantsSamples: boolean;
  readonly buffer: DeliveryBuffer;
  #overflow: Delivery[] = [];

  constructor(options: ConsumerOptions) {
    this.pipeline = options.pipeline;
    this.events = new Set(options.events);
    this.wantsSamples = this.events.has("sample");
    this.buffer = new DeliveryBuffer({ capacity: options.capacity });
  }

  /** True when the socket should not be read on for it. */
  get isFull(): boolean {
    return this.#overflow.length > 0 || this.buffer.isFull;
  }

  offerSample(sample: RoutedSample): void {
    const { id, device, topic, timestamp, receivedAt, body } = sample;
    const meta = { pipeline: this.pipeline, source: "akenza", time: timestamp, receivedAt, device, topic };
    this.#take({ id, meta, body });
  }

  /** False when there was no room. */
  offerEvent(event: { id: string; at: string; body: unknown }): boolean {
    if (this.#overflow.length >= maxOverflow) return false;
    const meta = { pipeline: this.pipeline, source: "akenza", time: event.at, receivedAt: event.at };
    this.#take({ id: event.id, meta, body: event.body });
    return true;
  }

  /** Moves what overflowed into the room there is. */
  refill(): void {
    let moved = 0;
    for (const delivery of this.#overflow) {
      if (!this.buffer.push(delivery)) break;
      moved += 1;
    }
    this.#overflow.splice(0, moved);
  }

  // A socket that is paused still hands out what it had read already: that waits here, in order.
  #take(message: Message): void {
    // The socket cannot send again what was not taken; ack and nack have nothing to tell it.
    const delivery = { message, ack: noop, nack: noop };
    if (this.#overflow.length > 0 || !this.buffer.push(delivery)) this.#overflow.push(delivery);
  }
}
