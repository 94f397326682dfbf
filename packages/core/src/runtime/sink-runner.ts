// Runs one sink: lines writes up, hands batches to the sink within its limits, and sees to what became of each.
// Not here: routing (flow.ts), reading parked writes back (lane-runner.ts), or how a sink writes (components/sinks).
import { backoffDelayMs } from "../backoff.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Sink, WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import type { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import { WriteCounter } from "./counts.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { ParkedWrites } from "./parked-writes.ts";
import { SinkCaller } from "./sink-caller.ts";
import type { SinkStatus } from "./status.ts";
import type { Write } from "./write.ts";
import { createFifoQueue, createKeyedQueue, type WriteQueue } from "./write-queue.ts";

export interface SinkRunnerOptions {
  readonly pipeline: string;
  readonly revision: string;
  readonly item: SinkItem;
  readonly sink: Sink;
  readonly isOrdered: boolean;
  readonly clock: Clock;
  readonly parked: ParkedWrites;
  readonly deadLetters: DeadLetters;
}

/** The engine's side of one sink. A write enters by `submit` and leaves by exactly one call to its owner. */
export class SinkRunner {
  readonly item: SinkItem;
  readonly sink: Sink;
  readonly caller: SinkCaller;
  readonly parked: ParkedWrites;
  readonly counter = new WriteCounter();
  /** Messages of one write, at most. */
  readonly batchCount: number;
  readonly #options: SinkRunnerOptions;
  readonly #queue: WriteQueue;
  /** True once nothing is tried any more. */
  isStopping = false;
  /** Writes that were parked because of it. */
  parkedByStop = 0;
  /** Batches under way, direct and parked; a slot that a waiter was given counts from then on. */
  #active = 0;
  readonly #slotWaiters: (() => void)[] = [];
  #isFlushPlanned = false;
  #linger: Timer | undefined;
  #isLingerOver = false;

  constructor(options: SinkRunnerOptions) {
    const { item, sink, parked, isOrdered, clock } = options;
    this.#options = options;
    this.item = item;
    this.sink = sink;
    this.parked = parked;
    const { defaults } = item.definition;
    this.#queue = isOrdered && defaults.concurrency > 1 ? createKeyedQueue() : createFifoQueue();
    this.caller = new SinkCaller(item, sink, clock);
    this.batchCount = item.batch?.count ?? defaults.batchCount;
  }

  /** Takes a write that is due; its owner is told what became of it. */
  submit(write: Write): void {
    this.counter.due += 1;
    this.counter.inFlight += 1;
    this.#queue.push(write);
    this.#planFlush();
  }

  /** A write that is due and failed before it could be tried: a dead letter at once. */
  reject(write: Write, cause: SignalboxError): void {
    this.counter.due += 1;
    this.counter.inFlight += 1;
    void this.#die(write, cause);
  }

  status(): SinkStatus {
    const { item, counter, caller } = this;
    return { name: item.name, component: item.definition.name, counts: counter.snapshot(), problem: caller.problem };
  }

  /** Stop, last part: what is under way is aborted and parked by its result, then what waits is parked behind it. */
  parkAll(): void {
    this.isStopping = true;
    this.caller.stop();
    this.#flush();
  }

  /** One try for parked messages, when the sink has a free slot; never rejects. */
  async attemptParked(messages: readonly Message[]): Promise<readonly WriteResult[]> {
    if (this.#active < this.#concurrency) this.#active += 1;
    else await new Promise<void>((free) => this.#slotWaiters.push(free));
    try {
      return await this.caller.attempt(messages);
    } finally {
      this.#releaseSlot();
    }
  }

  /** How long a write waits after `attempts` tries; undefined when they are spent. */
  retryDelayMs(attempts: number, cause: SignalboxError): number | undefined {
    const { retry } = this.item;
    return attempts >= retry.attempts ? undefined : backoffDelayMs(attempts, retry, Math.random(), cause.retryAfterMs);
  }

  /** Buries a write of this sink; resolves when the letter is durable. */
  bury(write: Write, cause: SignalboxError, attempts: number): Promise<void> {
    const { pipeline, revision, deadLetters } = this.#options;
    const { original } = write.owner;
    return deadLetters.bury({
      pipeline,
      revision,
      sink: this.item.name,
      cause,
      attempts,
      original,
      shaped: write.message,
    });
  }

  get #concurrency(): number {
    return this.item.definition.defaults.concurrency;
  }

  #releaseSlot(): void {
    const next = this.#slotWaiters.shift();
    if (next !== undefined) return next();
    this.#active -= 1;
    this.#flush();
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    // One turn of the source fills the queue before the first batch is cut.
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.isStopping) return this.#parkWaiting();
    while (this.#active < this.#concurrency && this.#queue.size > 0 && !this.#isLingering()) {
      const batch = this.#queue.take(this.batchCount);
      if (batch.length === 0) return;
      const direct = batch.filter((write) => !this.parked.has(write.key));
      if (direct.length < batch.length) this.#lineUp(batch);
      if (direct.length > 0) void this.#runBatch(direct);
    }
  }

  // Only once nothing is under way: what fails there belongs in front.
  #parkWaiting(): void {
    if (this.#active > 0) return;
    for (const write of this.#queue.drain()) void this.#park(write, 0);
  }

  // A batch that the author sized waits `linger` for its last members.
  #isLingering(): boolean {
    const { batch } = this.item;
    if (batch === undefined || batch.lingerMs === 0 || this.#isLingerOver || this.#queue.size >= batch.count) {
      this.#isLingerOver = false;
      this.#linger?.cancel();
      this.#linger = undefined;
      return false;
    }
    this.#linger ??= this.#options.clock.setTimer(() => {
      this.#linger = undefined;
      this.#isLingerOver = true;
      this.#flush();
    }, batch.lingerMs);
    return true;
  }

  // Writes whose key has parked ones go behind them.
  #lineUp(batch: readonly Write[]): void {
    const behind = batch.filter((write) => this.parked.has(write.key));
    this.#queue.release(behind);
    for (const write of behind) void this.#park(write);
  }

  async #runBatch(batch: readonly Write[]): Promise<void> {
    this.#active += 1;
    for (const part of this.#cut(batch)) {
      const results = await this.caller.attempt(part.map((write) => write.message));
      for (const [index, write] of part.entries()) {
        const result = results[index];
        if (result !== undefined) this.#settle(write, result);
      }
    }
    this.#queue.release(batch);
    this.#releaseSlot();
  }

  #cut(batch: readonly Write[]): Iterable<readonly Write[]> {
    return this.item.batch === undefined ? [batch] : cutByBytes(batch, this.item.batch.bytes);
  }

  #settle(write: Write, result: WriteResult): void {
    switch (result.status) {
      case "delivered":
        this.counter.inFlight -= 1;
        this.counter.delivered += 1;
        return write.owner.writeDelivered();
      case "discarded":
        this.counter.inFlight -= 1;
        this.counter.discarded.add(result.reason);
        return write.owner.writeDiscarded();
      case "rejected":
        return void this.#die(write, result.cause);
      case "retryable":
        return this.#retry(write, result.cause);
    }
  }

  #retry(write: Write, cause: SignalboxError): void {
    this.counter.retried += 1;
    const delayMs = this.retryDelayMs(1, cause);
    if (delayMs === undefined) void this.#die(write, cause);
    else void this.#park(write, 1, delayMs);
  }

  async #die(write: Write, cause: SignalboxError): Promise<void> {
    try {
      await this.bury(write, cause, 1);
    } catch {
      return; // The stop ran out of time and the store is away: the write stays in flight, and the exit code says so.
    }
    this.counter.inFlight -= 1;
    this.counter.deadLettered += 1;
    write.owner.writeDeadLettered();
  }

  async #park(write: Write, attempts?: number, delayMs = 0): Promise<void> {
    const dueAt = this.#options.clock.now() + delayMs;
    try {
      await this.parked.park(write, attempts === undefined ? undefined : { dueAt, attempts });
    } catch {
      return; // As in die().
    }
    this.counter.inFlight -= 1;
    this.counter.parked += 1;
    if (this.isStopping) this.parkedByStop += 1;
    write.owner.writeParked();
  }
}

function* cutByBytes(batch: readonly Write[], maxBytes: number): Generator<readonly Write[]> {
  let part: Write[] = [];
  let bytes = 0;
  for (const write of batch) {
    const size = Buffer.byteLength(JSON.stringify(write.message.body) ?? "");
    if (part.length > 0 && bytes + size > maxBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(write);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
