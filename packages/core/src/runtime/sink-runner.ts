// Runs one sink: lines writes up, hands batches to the sink within its limits, and sees to what became of each.
// Not here: whether it is tried at all (sink-gate.ts), reading parked writes back (lane-runner.ts), routing (flow.ts).
import type { Sink, WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import type { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { WriteCounter } from "./counts.ts";
import { DetachedTries } from "./detached-tries.ts";
import { DirectRuns } from "./direct-runs.ts";
import type { WriteEnds } from "./record/write-ends.ts";
import { createLinger, type Linger } from "./linger.ts";
import type { ParkedWrites } from "./parked-writes.ts";
import { Patience } from "./patience.ts";
import { SinkCaller } from "./sink-caller.ts";
import { SinkGate } from "./sink-gate.ts";
import { Settler, type SettlerOptions } from "./settler.ts";
import { Slots } from "./slots.ts";
import type { SinkStatus } from "./status.ts";
import type { TryTracer } from "./trace/try-spans.ts";
import type { Write } from "./write.ts";
import { createFifoQueue, createKeyedQueue, type WriteQueue } from "./write-queue.ts";

/** How long a sink may stand still before it no longer holds the other sinks of its pipeline back. */
const patienceMs = 1000;

export interface SinkRunnerOptions extends SettlerOptions {
  readonly sink: Sink;
  readonly isOrdered: boolean;
  /**
   * Messages in this sink's hands with which it may be what holds the pipeline back; undefined for a pipeline's only sink,
   * which holds nobody else back.
   */
  readonly pressure: number | undefined;
  /** Undefined while the engine is not traced. */
  readonly tracer: TryTracer | undefined;
}

/** The engine's side of one sink. A write enters by `submit` and leaves by exactly one call to its owner. */
export class SinkRunner {
  readonly item: SinkItem;
  readonly sink: Sink;
  readonly caller: SinkCaller;
  readonly parked: ParkedWrites;
  readonly counter: WriteCounter;
  readonly settler: Settler;
  readonly ends: WriteEnds;
  readonly detached = new DetachedTries();
  /** Messages of one write, at most. */
  readonly batchCount: number;
  readonly #options: SinkRunnerOptions;
  readonly #gate: SinkGate;
  readonly #queue: WriteQueue;
  readonly #slots: Slots;
  readonly #linger: Linger;
  readonly #patience: Patience;
  readonly #pressure: number;
  readonly #runs: DirectRuns;
  #isFlushPlanned = false;

  constructor(options: SinkRunnerOptions) {
    const { item, sink, counter, parked, isOrdered, persistence, random, tracer } = options;
    const { clock, log } = persistence;
    const { defaults } = item.definition;
    this.#options = options;
    this.item = item;
    this.ends = options.ends;
    this.sink = sink;
    this.counter = counter;
    this.parked = parked;
    this.settler = new Settler(options);
    this.batchCount = item.batch?.count ?? defaults.batchCount;
    this.#pressure = Math.min(options.pressure ?? Infinity, item.maxInFlight ?? Infinity);
    this.#gate = new SinkGate({ sink: item.name, breaker: item.breaker, clock, log, random });
    this.#gate.onClosed = () => void this.parked.wakeAll().catch(ignoreStop);
    this.caller = new SinkCaller({ item, sink, gate: this.#gate, clock, durations: counter.tries, random, tracer });
    this.#queue = isOrdered && defaults.concurrency > 1 ? createKeyedQueue() : createFifoQueue();
    this.#slots = new Slots(defaults.concurrency, () => this.#flush());
    const { caller, settler, detached } = this;
    const onEnd = (): void => this.#patience.moved();
    const onOver = (batch: readonly Write[]): void => this.#over(batch);
    this.#runs = new DirectRuns({ item, caller, gate: this.#gate, settler, parked, detached, clock, onEnd, onOver });
    this.#linger = createLinger(item.batch, clock, () => this.#flush());
    this.#patience = new Patience({
      clock,
      lengthMs: patienceMs,
      isPressed: () => this.counter.inFlight >= this.#pressure && !this.#slots.areAllFree,
      onOver: () => this.#standStill(),
    });
  }

  /** Takes a write that is due; its owner is told what became of it. */
  submit(write: Write): void {
    this.settler.begin();
    this.#queue.push(write);
    if (this.counter.inFlight >= this.#pressure && this.#options.pressure !== undefined) this.#patience.watch();
    this.#planFlush();
  }

  /** Undefined while the sink takes more; else resolves when it may. */
  room(): Promise<void> | undefined {
    return this.settler.room();
  }

  /** A write that is due and failed before it could be tried: a dead letter at once. */
  reject(write: Write, cause: SignalboxError): void {
    this.settler.begin();
    void this.settler.die(write, cause);
  }

  /** True once nothing is tried any more. */
  get isStopping(): boolean {
    return this.settler.isStopping;
  }

  /** Writes that were parked because of that. */
  get parkedByStop(): number {
    return this.settler.parkedByStop;
  }

  status(): SinkStatus {
    const { item, counter, caller, parked } = this;
    return {
      name: item.name,
      component: item.definition.name,
      counts: counter.snapshot(),
      problem: caller.problem,
      breaker: this.#gate.status(),
      parkedSize: parked.size,
    };
  }

  /** Stop, last part: what is under way is aborted and parked by its result, then what waits is parked behind it. */
  parkAll(): void {
    this.settler.stop();
    this.caller.stop();
    this.#flush();
  }

  /** When parked messages may be tried again, for as long as they may not; undefined when they may. */
  shutUntil(): number | undefined {
    const now = this.#options.persistence.clock.now();
    if (this.#patience.isOver) return now + patienceMs;
    return this.#gate.shutUntil(now + patienceMs);
  }

  /**
   * One try for parked messages, when the sink has a free slot; undefined when nothing is tried now. Never rejects.
   * `attempt`: which one it is.
   */
  async attemptParked(messages: readonly Message[], attempt: number): Promise<readonly WriteResult[] | undefined> {
    await this.#slots.wait();
    const results = await this.caller.attempt(messages, { attempt, wasParked: true });
    if (results !== undefined) this.#patience.moved();
    this.#slots.give();
    return results;
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
    if (this.#patience.isOver) return this.#parkQueue();
    while (this.#slots.isOneFree && this.#queue.size > 0 && !this.#linger.holds(this.#queue.size)) {
      const batch = this.#queue.take(this.batchCount);
      if (batch.length === 0) return;
      const direct = this.#lineUp(batch);
      if (direct.length === 0) continue;
      this.#slots.take();
      void this.#runs.run(direct);
    }
  }

  // Only once nothing is under way: what fails there belongs in front.
  #parkWaiting(): void {
    if (this.#slots.areAllFree) this.#parkQueue();
  }

  #parkQueue(): void {
    for (const write of this.#queue.drain()) void this.settler.parkUntried(write);
  }

  // Writes whose key has parked ones go behind them; answers the others.
  #lineUp(batch: readonly Write[]): readonly Write[] {
    const behind = batch.filter((write) => this.parked.has(write.key));
    if (behind.length === 0) return batch;
    this.#queue.release(behind);
    for (const write of behind) void this.settler.park(write);
    return batch.filter((write) => !behind.includes(write));
  }

  #over(batch: readonly Write[]): void {
    this.#queue.release(batch);
    this.#slots.give();
  }

  // The other sinks of the pipeline go on: everything here moves to the store, in order, what is under way included.
  #standStill(): void {
    if (this.isStopping) return;
    const { pipeline, persistence } = this.#options;
    persistence.log.warn({ pipeline, sink: this.item.name }, "A sink stands still; its messages are parked.");
    this.#runs.detach();
    this.#flush();
  }
}

function ignoreStop(): void {
  // The stop ran out of time: what is parked is looked at by the next start.
}
