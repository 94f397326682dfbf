import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import { failed, type Sink, type WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { Durations } from "./durations.ts";
import type { Persistence } from "./persist.ts";
import type { SinkGate } from "./sink-gate.ts";
import { SinkTries } from "./sink-tries.ts";
import { type Problem, problemOf } from "./status.ts";
import type { TryFacts, TryTracer } from "./trace/try-spans.ts";

const reopen: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };

export interface SinkCallerOptions {
  readonly item: SinkItem;
  readonly sink: Sink;
  readonly gate: SinkGate;
  readonly clock: Clock;
  /** Takes how long each try was. */
  readonly durations: Durations;
  /** In [0, 1). */
  readonly random: () => number;
  /** Undefined while the engine is not traced. */
  readonly tracer: TryTracer | undefined;
}

const first: TryFacts = { attempt: 1, wasParked: false };

/** Stands between the engine and a sink: opens it, bounds each try in time, and turns whatever goes wrong into results. */
export class SinkCaller {
  readonly #item: SinkItem;
  readonly #sink: Sink;
  readonly #gate: SinkGate;
  readonly #random: () => number;
  readonly #tries: SinkTries;
  #isStopping = false;
  #latestProblem: Problem | undefined;

  constructor({ item, sink, gate, clock, durations, random, tracer }: SinkCallerOptions) {
    this.#item = item;
    this.#sink = sink;
    this.#gate = gate;
    this.#random = random;
    this.#tries = new SinkTries(item, sink, { clock, durations, tracer });
    gate.sinkShut(notOpenBecause(item, "it has not been opened yet"), clock.now());
  }

  /** The latest failure, until a write succeeds again. */
  get problem(): Problem | undefined {
    return this.#latestProblem;
  }

  /**
   * Opens the sink, once its connections are. Resolves after the first try; a sink that did not open is tried again in
   * the background, and until then its writes are parked: one broken sink does not hold the others back.
   */
  open(connectionsOpen: () => Promise<void>, persistence: Persistence): Promise<void> {
    return new Promise((firstTried) => void this.#openUntilDone(connectionsOpen, persistence, firstTried));
  }

  /** One try for messages of at most one batch, or undefined when the gate lets none through; never rejects. */
  attempt(messages: readonly Message[], facts = first): Promise<readonly WriteResult[] | undefined> {
    if (this.#isStopping) return Promise.resolve(messages.map(() => failed(stopping())));
    const pass = this.#gate.enter();
    if (pass === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (results: readonly WriteResult[]): void => {
        this.#note(results);
        this.#gate.leave(pass, results);
        resolve(results);
      };
      this.#tries.begin(messages, facts, end);
    });
  }

  /** Ends the tries under way and refuses further ones. */
  stop(): void {
    this.#isStopping = true;
    this.#tries.abort(stopping());
  }

  async #openUntilDone(
    connectionsOpen: () => Promise<void>,
    persistence: Persistence,
    tried: () => void,
  ): Promise<void> {
    const { clock, log, signal } = persistence;
    for (let attempts = 1; !signal.aborted; attempts += 1) {
      try {
        await connectionsOpen();
        await this.#sink.open?.(signal);
        this.#gate.sinkOpened();
        return tried();
      } catch (error) {
        const cause = notOpenBecause(this.#item, error);
        const delayMs = backoffDelayMs(attempts, reopen, this.#random());
        this.#note([failed(cause)]);
        this.#gate.sinkShut(cause, clock.now() + delayMs);
        log.warn({ sink: this.#item.name, cause: cause.message }, "A sink is not open; trying again.");
        tried();
        await sleep(clock, delayMs, signal);
      }
    }
  }

  #note(results: readonly WriteResult[]): void {
    for (const result of results) {
      if (result.status === "delivered") this.#latestProblem = undefined;
      else if (result.status !== "discarded") this.#latestProblem = problemOf(result.cause);
    }
  }
}

function notOpenBecause(item: SinkItem, error: unknown): SignalboxError {
  const { message, hint, isAccessRefused } = toSignalboxError(error, "SINK_NOT_OPEN");
  const text = `sink "${item.name}" is not open: ${message}`;
  return new SignalboxError("SINK_NOT_OPEN", text, {
    isRetryable: true,
    isAccessRefused,
    at: item.at,
    ...(hint === undefined ? {} : { hint }),
  });
}

function stopping(): SignalboxError {
  return new SignalboxError("ENGINE_STOPPING", "the engine stops", { isRetryable: true });
}
