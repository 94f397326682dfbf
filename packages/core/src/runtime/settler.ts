// Ends the writes of one sink: counts what became of each, tells its owner, parks, buries.
// Not here: trying them (sink-runner.ts), or the ends of those that were parked before (lane-runner.ts).
import { backoffDelayMs } from "../backoff.ts";
import type { WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import type { SignalboxError } from "../errors/error.ts";
import type { WriteCounter } from "./counts.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { FirstOfRow } from "./lane-groups.ts";
import type { ParkedWrites } from "./parked-writes.ts";
import type { Persistence } from "./persist.ts";
import type { WriteEnds } from "./record/write-ends.ts";
import type { Write } from "./write.ts";

export interface SettlerOptions {
  readonly pipeline: string;
  readonly revision: string;
  readonly item: SinkItem;
  /** Like `parked`, the sink's own: it outlives a revision of its pipeline. */
  readonly counter: WriteCounter;
  readonly parked: ParkedWrites;
  readonly ends: WriteEnds;
  readonly deadLetters: DeadLetters;
  readonly persistence: Persistence;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
}

/** The end of a direct try for one of its messages. */
export interface DirectEnd {
  readonly write: Write;
  readonly result: WriteResult;
  /** The batch under which what is left of the try waits together; undefined where each message is for itself. */
  readonly batch: string | undefined;
  /** When the try ended, on the monotonic clock. */
  readonly endedAt: number;
}

/** Each write enters by `begin` and leaves by exactly one call to its owner. */
export class Settler {
  readonly #options: SettlerOptions;
  /** True once the engine stops: whatever must be parked is, whatever its size. */
  isStopping = false;
  /** Writes that were parked because of it. */
  parkedByStop = 0;
  #waiters: (() => void)[] = [];

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  begin(): void {
    const { counter } = this.#options;
    counter.due += 1;
    counter.inFlight += 1;
  }

  /** Undefined while there is room for another write; else resolves when there may be. */
  room(): Promise<void> | undefined {
    const { counter, item } = this.#options;
    if (counter.inFlight < (item.maxInFlight ?? Infinity)) return undefined;
    return new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** From now on writes are parked without regard to how many are. */
  stop(): void {
    this.isStopping = true;
    this.#usePresentOptions();
  }

  settle({ write, result, batch, endedAt }: DirectEnd): void {
    const { counter, ends } = this.#options;
    switch (result.status) {
      case "delivered":
        counter.delivered += 1;
        counter.delivery.add(endedAt - write.owner.takenInAt(this.#options.persistence.clock));
        this.#left();
        ends.delivered(write);
        return write.owner.writeDelivered(result.commands);
      case "discarded":
        counter.discarded.add(result.reason);
        this.#left();
        ends.discarded(write, result.reason);
        return write.owner.writeDiscarded();
      case "rejected":
        return void this.die(write, result.cause);
      case "retryable":
        return this.#retry(write, result.cause, batch);
    }
  }

  /** How long a write waits after `attempts` tries; undefined when they are spent. */
  retryDelayMs(attempts: number, cause: SignalboxError): number | undefined {
    const { item, random } = this.#options;
    if (attempts >= item.retry.attempts) return undefined;
    return backoffDelayMs(attempts, item.retry, random(), cause.retryAfterMs);
  }

  /** A dead letter at once. Never rejects. */
  async die(write: Write, cause: SignalboxError): Promise<void> {
    try {
      await this.bury(write, cause, 1);
    } catch {
      return; // The stop ran out of time and the store is away: the write stays in flight, and the exit code says so.
    }
    this.#options.counter.deadLettered += 1;
    this.#left();
    write.owner.writeDeadLettered();
  }

  /** Resolves when the letter is durable. */
  async bury(write: Write, cause: SignalboxError, attempts: number): Promise<void> {
    const { pipeline, revision, deadLetters, item, ends } = this.#options;
    const facts = { pipeline, revision, sink: item.name, original: write.owner.original, shaped: write.message };
    ends.died(write, cause, await deadLetters.bury({ ...facts, cause, attempts }));
  }

  /** See ParkedWrites.park. Never rejects. */
  async park(write: Write, first?: FirstOfRow): Promise<void> {
    const { counter, parked, ends } = this.#options;
    this.#usePresentOptions();
    try {
      await parked.park(write, first);
    } catch {
      return; // As in die().
    }
    counter.parked += 1;
    this.#left();
    ends.parked(write, first);
    if (this.isStopping) this.parkedByStop += 1;
    write.owner.writeParked();
  }

  /** A write that has cost none of its attempts: behind others of its key, or first of its row and due at `dueAt`. */
  parkUntried(write: Write, dueAt = this.#options.persistence.clock.now()): Promise<void> {
    return this.park(write, this.#options.parked.has(write.key) ? undefined : { dueAt, attempts: 0 });
  }

  #retry(write: Write, cause: SignalboxError, batch: string | undefined): void {
    const { counter, persistence, ends } = this.#options;
    counter.retried += 1;
    ends.failedForNow(write, cause);
    const delayMs = this.retryDelayMs(1, cause);
    if (delayMs === undefined) void this.die(write, cause);
    else void this.park(write, { dueAt: persistence.clock.now() + delayMs, attempts: 1, batch });
  }

  // What is parked outlives a revision: how it is parked is said by whoever does it.
  #usePresentOptions(): void {
    const { parked, item } = this.#options;
    parked.use({ limit: this.isStopping ? undefined : item.parked, batch: item.batch });
  }

  /** A write is no longer in flight. */
  #left(): void {
    this.#options.counter.inFlight -= 1;
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
