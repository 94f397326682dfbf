// Keeps a pipeline's source open and pulls it: opens it with backoff, hands on what it gives, closes it.
// Not here: what becomes of a delivery (flow.ts), or how many may be in flight (pipeline-runner.ts).
import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import type { Source, SourceStatus } from "../component/contracts.ts";
import type { Pipeline } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Delivery } from "../message.ts";
import type { NowOrLater } from "../now-or-later.ts";
import type { PipelineState, Problem } from "./status.ts";
import { Turns } from "./turns.ts";

const reopen: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };
/** How long one pipeline may hold the event loop before others get their turn. */
const turnMs = 8;

export interface SourceRunnerOptions {
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Logger;
  /** A source is made anew for each time it is opened. */
  readonly createSource: () => Source;
  /** Resolves once everything the source stands on is open. */
  readonly connectionsOpen: (signal: AbortSignal) => Promise<void>;
  /** Takes one delivery; the next one waits until it is done. */
  readonly take: (delivery: Delivery) => NowOrLater<void>;
}

/** Its methods are called in the order start, rest or stop, close. */
export class SourceRunner {
  readonly #options: SourceRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #turns: Turns;
  #source: Source | undefined;
  #state: Extract<PipelineState, "starting" | "running" | "waiting" | "failed"> = "starting";
  #problem: Problem | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SourceRunnerOptions) {
    this.#options = options;
    this.#turns = new Turns(options.clock, turnMs);
  }

  get state(): "starting" | "running" | "waiting" | "failed" {
    return this.#state;
  }

  /** Why it is waiting or failed. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  status(): SourceStatus | undefined {
    return this.#source?.status?.();
  }

  /** Resolves after the first try to open it; what did not open is tried again in the background. */
  start(): Promise<void> {
    return new Promise((firstTried) => void (this.#running ??= this.#run(firstTried)));
  }

  /** Takes no more, and leaves the source open; resolves when what was pulled has been taken. */
  async rest(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Takes no more; resolves when what was pulled has been taken and the source is closed. */
  async stop(): Promise<void> {
    await this.rest();
    // Nobody pulls any more: a tick that fires from here on would wait in the source's buffer, and its ledger for it.
    await this.close();
  }

  /** Idempotent; a source is told again once its last messages have settled. */
  async close(): Promise<void> {
    try {
      await this.#source?.close?.();
    } catch (error) {
      const { message } = toSignalboxError(error, "SOURCE_FAILED");
      const { pipeline, log } = this.#options;
      log.warn({ pipeline: pipeline.name, cause: message }, "A source did not close cleanly.");
    }
  }

  async #run(firstTried: () => void): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    let attempts = 0;
    while (!signal.aborted) {
      const openedAt = clock.monotonic();
      try {
        await this.#open();
        firstTried();
        await this.#pump();
        throw new SignalboxError("SOURCE_FAILED", "the source ended by itself", { isRetryable: true });
      } catch (error) {
        if (signal.aborted || !this.#isWorthRetrying(error)) break;
      }
      firstTried();
      await this.close();
      // A source that ran for a while starts its backoff afresh.
      attempts = clock.monotonic() - openedAt > reopen.maxBackoffMs ? 1 : attempts + 1;
      await sleep(clock, backoffDelayMs(attempts, reopen, Math.random()), signal);
    }
    firstTried();
  }

  async #open(): Promise<void> {
    const { pipeline, log, createSource, connectionsOpen } = this.#options;
    const { signal } = this.#stopping;
    await connectionsOpen(signal);
    this.#source = createSource();
    await this.#source.open?.(signal);
    this.#state = "running";
    this.#problem = undefined;
    log.info({ pipeline: pipeline.name }, "A pipeline runs.");
  }

  async #pump(): Promise<void> {
    if (this.#source === undefined) return;
    for await (const batch of this.#source.deliveries(this.#stopping.signal)) await this.#take(batch);
  }

  // On its own, so that what waits for the next batch does not hold the last message.
  async #take(batch: readonly Delivery[]): Promise<void> {
    for (const delivery of batch) {
      const taken = this.#options.take(delivery);
      if (taken instanceof Promise) await taken;
      const over = this.#turns.over();
      if (over !== undefined) await over;
    }
  }

  #isWorthRetrying(error: unknown): boolean {
    const { pipeline, log } = this.#options;
    const { name, source } = pipeline;
    const { isRetryable, code, message, hint } = toSignalboxError(error, "SOURCE_FAILED", {
      isRetryable: true,
      at: source.at,
    });
    this.#problem = { code, message, hint };
    this.#state = isRetryable ? "waiting" : "failed";
    if (isRetryable) log.warn({ pipeline: name, code, cause: message }, "A source is not open; trying again.");
    else log.error({ pipeline: name, code, cause: message, hint }, "A pipeline does not run.");
    return isRetryable;
  }
}
