import type { Clock } from "../clock.ts";
import { failed, type Sink, type WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import { type AbortPool, createAbortPool } from "./abort-pool.ts";
import { Bag } from "./bag.ts";
import type { Durations } from "./durations.ts";
import type { TryFacts, TryTracer } from "./trace/try-spans.ts";
import { createDeadlines, type Deadline, type Deadlines } from "./deadlines.ts";

export interface SinkTriesOptions {
  readonly clock: Clock;
  readonly durations: Durations;
  /** Undefined while the engine is not traced. */
  readonly tracer: TryTracer | undefined;
}

type TryBatch = TryFacts & { readonly messages: readonly Message[] };

type OnEnd = (results: readonly WriteResult[]) => void;

/** The writes of a sink that are under way, each bounded in time. */
export class SinkTries {
  readonly item: SinkItem;
  readonly sink: Sink;
  readonly deadlines: Deadlines;
  readonly controllers: AbortPool = createAbortPool();
  readonly running = new Bag<SinkTry>();

  readonly durations: Durations;
  readonly clock: Clock;
  readonly tracer: TryTracer | undefined;

  constructor(item: SinkItem, sink: Sink, { clock, durations, tracer }: SinkTriesOptions) {
    this.clock = clock;
    this.tracer = tracer;
    this.durations = durations;
    this.item = item;
    this.sink = sink;
    this.deadlines = createDeadlines(clock, item.timeoutMs);
  }

  /** Writes; `onEnd` is called once with a result per message, whatever the sink does. */
  begin(messages: readonly Message[], facts: TryFacts, onEnd: OnEnd): void {
    const begun = new SinkTry(this, { messages, ...facts }, onEnd);
    this.running.add(begun);
    begun.write();
  }

  /** Ends them all. */
  abort(cause: SignalboxError): void {
    for (const each of this.running) each.abort(cause);
  }
}

/** Ends with the sink's answer or when it is aborted: a sink that ignores its signal must not hold its queue for ever. */
class SinkTry {
  readonly #tries: SinkTries;
  readonly #batch: TryBatch;
  /** The messages as the sink gets them. */
  readonly #given: readonly Message[];
  readonly #onEnd: OnEnd;
  readonly #controller: AbortController;
  readonly #deadline: Deadline;
  #isOver = false;

  constructor(tries: SinkTries, batch: TryBatch, onEnd: OnEnd) {
    this.#tries = tries;
    this.#batch = batch;
    this.#given = tries.tracer === undefined ? batch.messages : tries.tracer.begin(batch.messages, batch);
    this.#onEnd = onEnd;
    this.#controller = tries.controllers.take();
    this.#deadline = tries.deadlines.start(() => this.abort(this.#timeout()));
  }

  write(): void {
    try {
      const answer = this.#tries.sink.write(this.#given, this.#controller.signal);
      answer.then(
        (results) => this.#answered(results),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  abort(cause: SignalboxError): void {
    this.#controller.abort(cause);
    this.#fail(cause);
  }

  #answered(results: readonly WriteResult[]): void {
    const { length } = this.#given;
    if (results.length === length) return this.#end(results);
    this.#fail(new Error(`the sink answered for ${results.length} of ${length} messages`));
  }

  #fail(error: unknown): void {
    const { at } = this.#tries.item;
    const cause = toSignalboxError(error, "SINK_WRITE_FAILED", { isRetryable: true, at });
    this.#end(this.#given.map(() => failed(cause)));
  }

  #end(results: readonly WriteResult[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { durations, clock, tracer } = this.#tries;
    const { startedAt } = this.#deadline;
    durations.add(clock.monotonic() - startedAt);
    tracer?.end(this.#given, { ...this.#batch, results, startedAt });
    this.#deadline.end();
    this.#tries.running.remove(this);
    this.#tries.controllers.give(this.#controller);
    this.#onEnd(results);
  }

  #timeout(): SignalboxError {
    const { name, timeoutMs, at } = this.#tries.item;
    const text = `sink "${name}" did not answer within ${timeoutMs} ms`;
    return new SignalboxError("SINK_TIMEOUT", text, { isRetryable: true, at });
  }
}
