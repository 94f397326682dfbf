// Takes what comes from the socket to the pipelines that asked for it, and says when the socket must rest.
import type { Clock } from "@signalbox/core";
import type { Counters } from "../counters.ts";
import type { Sample } from "../socket/frames.ts";
import type { Consumer, SocketEvent } from "./consumer.ts";
import { RouteIndex } from "./route-index.ts";
import { SampleHistory } from "./sample-history.ts";

export interface RouterOptions {
  readonly connection: string;
  readonly clock: Clock;
  readonly counters: Counters;
  /** A pipeline has no more room. */
  pause(): void;
  /** All have room again. */
  resume(): void;
  /** A sample of a device that no pipeline is known to ask for. */
  onUnknownDevice(sample: Sample): void;
}

export class Router {
  readonly index = new RouteIndex();
  readonly #options: RouterOptions;
  readonly #history = new SampleHistory();
  readonly #consumers = new Map<Consumer, () => void>();
  readonly #watchers: Record<Exclude<SocketEvent, "sample">, Set<Consumer>> = {
    connected: new Set(),
    closed: new Set(),
    frame: new Set(),
  };
  readonly #full = new Set<Consumer>();
  #events = 0;
  #receivedAtMs = Number.NaN;
  #receivedAt = "";

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Pipelines that wait for room: the socket rests while there is one. */
  get fullConsumers(): readonly Consumer[] {
    return [...this.#full];
  }

  attach(consumer: Consumer): void {
    for (const event of consumer.events) if (event !== "sample") this.#watchers[event].add(consumer);
    this.#consumers.set(
      consumer,
      consumer.buffer.onRoom(() => {
        consumer.refill();
        if (!consumer.isFull) this.#hasRoom(consumer);
      }),
    );
  }

  detach(consumer: Consumer): void {
    this.#consumers.get(consumer)?.();
    this.#consumers.delete(consumer);
    for (const watchers of Object.values(this.#watchers)) watchers.delete(consumer);
    this.#hasRoom(consumer);
  }

  route(sample: Sample): void {
    const consumers = this.index.consumersOf(sample.device, sample.topic);
    if (consumers === undefined) return this.#options.onUnknownDevice(sample);
    const { counts } = this.#options.counters;
    if (consumers.length === 0) {
      counts.unrouted += 1;
      return;
    }
    const standing = this.#history.see(sample);
    if (standing === "repeated") {
      counts.repeated += 1;
      return;
    }
    if (standing === "late") counts.late += 1;
    const { device, topic, timestamp, body } = sample;
    const id = `akenza:${device}:${topic}:${timestamp}`;
    const routed = { id, device, topic, timestamp, body, receivedAt: this.#now() };
    for (const consumer of consumers) {
      if (!consumer.wantsSamples) continue;
      consumer.offerSample(routed);
      if (consumer.isFull) this.#isFull(consumer);
    }
  }

  /** Hands something of the socket's life to the pipelines that want to see it. */
  publish(event: Exclude<SocketEvent, "sample">, body: unknown): void {
    const watchers = this.#watchers[event];
    if (watchers.size === 0) return;
    const made = this.#eventOf(event, body);
    for (const consumer of watchers) {
      if (!consumer.offerEvent(made)) this.#options.counters.counts.lost += 1;
      if (consumer.isFull) this.#isFull(consumer);
    }
  }

  #eventOf(event: SocketEvent, body: unknown): { id: string; at: string; body: unknown } {
    this.#events += 1;
    const at = this.#now();
    return { id: `akenza:${this.#options.connection}:${event}:${at}:${this.#events}`, at, body };
  }

  #isFull(consumer: Consumer): void {
    if (this.#full.has(consumer)) return;
    this.#full.add(consumer);
    if (this.#full.size === 1) this.#options.pause();
  }

  #hasRoom(consumer: Consumer): void {
    if (this.#full.delete(consumer) && this.#full.size === 0) this.#options.resume();
  }

  // Many samples arrive in one millisecond; its text is made once.
  #now(): string {
    const now = this.#options.clock.now();
    if (now !== this.#receivedAtMs) {
      this.#receivedAtMs = now;
      this.#receivedAt = new Date(now).toISOString();
    }
    return this.#receivedAt;
  }
}
