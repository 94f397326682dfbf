// Takes what comes from the socket to the pipelines that asked for it, and says when the socket must rest.
import type { Clock, Stray, Strays, Timer } from "@signalbox/core";
import type { Counters } from "../counters.ts";
import type { Sample } from "../socket/frames.ts";
import type { Cadences } from "./cadence.ts";
import type { Consumer, SocketEvent } from "./consumer.ts";
import { RouteIndex } from "./route-index.ts";
import { SampleHistory } from "./sample-history.ts";

export interface RouterOptions {
  readonly connection: string;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly cadences: Cadences;
  /** Pipelines have no room, and the socket is to wait for them. */
  pause(): void;
  /** The socket is to be read on. */
  resume(): void;
  /** Whether samples of the device come for another reason than a pipeline's. */
  isWatched(device: string): boolean;
  /** A sample of a device that no pipeline is known to ask for. */
  onUnknownDevice(sample: Sample): void;
  readonly strays: Strays;
}

/** How long the socket rests while no pipeline has room; then what comes is left to history. */
export const longestRestMs = 30_000;

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
  #isResting = false;
  #restTimer: Timer | undefined;
  #hasRestedLong = false;
  #events = 0;
  #receivedAtMs = Number.NaN;
  #receivedAt = "";

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Pipelines for which the socket rests. */
  get awaited(): readonly Consumer[] {
    return this.#isResting ? [...this.#full] : [];
  }

  /** The latest samples, each of another device and topic. */
  latest(): Iterable<Sample> {
    return this.#history.latest();
  }

  /** Pipelines that get nothing from the socket until they have room. */
  get detached(): readonly Consumer[] {
    return [...this.#full].filter((consumer) => consumer.gate?.isDetached === true);
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
    this.#full.delete(consumer);
    this.#weigh();
  }

  /** Pipelines may have become able to make up from history. */
  reconsider(): void {
    this.#weigh();
  }

  route(sample: Sample): void {
    const consumers = this.index.consumersOf(sample.device, sample.topic);
    if (consumers === undefined) {
      this.#stray(sample, "device");
      return this.#options.onUnknownDevice(sample);
    }
    const { counts } = this.#options.counters;
    if (consumers.length === 0) {
      if (!this.#options.isWatched(sample.device)) counts.unrouted += 1;
      this.#stray(sample, "topic");
      return;
    }
    const { device, topic, timestamp, body } = sample;
    const stream = `${device} ${topic}`;
    const standing = this.#history.see(sample, stream);
    if (standing === "repeated") {
      counts.repeated += 1;
      this.#stray(sample, "repeated");
      return;
    }
    if (standing === "late") counts.late += 1;
    const id = idOf(sample);
    const receivedAt = this.#now();
    const arrivedMs = this.#options.clock.monotonic();
    this.#options.cadences.heard(stream, sample, arrivedMs);
    const routed = { id, device, topic, timestamp, body, stream, receivedAt, arrivedMs };
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

  #stray(sample: Sample, why: Stray["why"]): void {
    const { device, topic, timestamp, body } = sample;
    const { strays, connection } = this.#options;
    const nearest = why === "topic" ? { nearest: this.index.pipelinesOf(device) } : {};
    const stray = { id: idOf(sample), connection, device, topic, time: timestamp, receivedAt: this.#now(), body };
    strays.stray({ ...stray, why, ...nearest });
  }

  #eventOf(event: SocketEvent, body: unknown): { id: string; at: string; body: unknown } {
    this.#events += 1;
    const at = this.#now();
    return { id: `akenza:${this.#options.connection}:${event}:${at}:${this.#events}`, at, body };
  }

  #isFull(consumer: Consumer): void {
    if (this.#full.has(consumer)) return;
    this.#full.add(consumer);
    this.#weigh();
  }

  #hasRoom(consumer: Consumer): void {
    if (this.#full.delete(consumer)) this.#weigh();
    consumer.gate?.hasRoom();
  }

  /**
   * The socket rests for a full pipeline that cannot make up from history, and for a while when none has room, which is
   * cheaper than reading all of it again. Else a full one is taken off, so that the others need not wait for it.
   */
  #weigh(): void {
    const full = [...this.#full];
    const isNeeded = full.some((consumer) => consumer.gate?.canDetach !== true);
    const isShort = full.length > 0 && full.length === this.#consumers.size && !this.#hasRestedLong;
    if (isNeeded || isShort) return this.#rest(isShort && !isNeeded);
    this.#wakeUp(full.length === 0);
    for (const consumer of full) consumer.gate?.detach();
  }

  #rest(isForAWhile: boolean): void {
    if (!this.#isResting) this.#options.pause();
    this.#isResting = true;
    if (!isForAWhile || this.#restTimer !== undefined) return;
    this.#restTimer = this.#options.clock.setTimer(() => {
      this.#hasRestedLong = true;
      this.#weigh();
    }, longestRestMs);
  }

  #wakeUp(isForAll: boolean): void {
    if (isForAll) this.#hasRestedLong = false;
    this.#restTimer?.cancel();
    this.#restTimer = undefined;
    if (this.#isResting) this.#options.resume();
    this.#isResting = false;
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

function idOf({ device, topic, timestamp }: Sample): string {
  return `akenza:${device}:${topic}:${timestamp}`;
}
