import { type Delivery, DeliveryBuffer, type Message } from "@signalbox/core";
import type { Sample } from "../socket/frames.ts";

/** What of the socket's life a pipeline wants to see as messages. */
export type SocketEvent = "sample" | "connected" | "closed" | "frame";

/** A sample with what is the same for every pipeline that gets it. */
export interface RoutedSample extends Sample {
  readonly id: string;
  /** Device and topic as one text. */
  readonly stream: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** The same on the monotonic clock, in milliseconds. */
  readonly arrivedMs: number;
}

/** Stands between the socket and the room of a pipeline that reads missed samples from history. */
export interface SampleGate {
  /** A live sample came for the pipeline. */
  offer(sample: RoutedSample): void;
  /** The pipeline's first reason to get samples of a device came up, or its last one went. */
  follow(device: string): void;
  unfollow(device: string): void;
  /** Whether samples that find no room can be left to history. */
  readonly canDetach: boolean;
  readonly isDetached: boolean;
  /** Leaves samples to history from now on. */
  detach(): void;
  /** The pipeline has room again. */
  hasRoom(): void;
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
  readonly capacity: number;
  readonly buffer: DeliveryBuffer;
  /** Undefined where nothing is read from history. */
  gate: SampleGate | undefined;
  #overflow: Delivery[] = [];

  constructor(options: ConsumerOptions) {
    this.pipeline = options.pipeline;
    this.events = new Set(options.events);
    this.wantsSamples = this.events.has("sample");
    this.capacity = options.capacity;
    this.buffer = new DeliveryBuffer({ capacity: options.capacity });
  }

  /** True when the socket should not be read on for it. */
  get isFull(): boolean {
    return this.#overflow.length > 0 || this.buffer.isFull;
  }

  offerSample(sample: RoutedSample): void {
    // The socket cannot send again what was not taken; without a gate, ack and nack have nobody to tell.
    if (this.gate === undefined) this.take({ message: this.messageOf(sample), ack: noop, nack: noop });
    else this.gate.offer(sample);
  }

  /** False when there was no room. */
  offerEvent(event: { id: string; at: string; body: unknown }): boolean {
    if (this.#overflow.length >= maxOverflow) return false;
    const meta = { pipeline: this.pipeline, source: "akenza", time: event.at, receivedAt: event.at };
    this.take({ message: { id: event.id, meta, body: event.body }, ack: noop, nack: noop });
    return true;
  }

  messageOf(sample: RoutedSample): Message {
    const { id, device, topic, timestamp, receivedAt, body } = sample;
    const meta = { pipeline: this.pipeline, source: "akenza", time: timestamp, receivedAt, device, topic };
    return { id, meta, body };
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
  take(delivery: Delivery): void {
    if (this.#overflow.length > 0 || !this.buffer.push(delivery)) this.#overflow.push(delivery);
  }
}
