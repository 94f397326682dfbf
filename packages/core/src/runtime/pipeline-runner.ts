// Runs one pipeline from open to close: its source is pulled, its flow fed, its sinks stopped in order.
// Not here: what happens to one message (flow.ts, flight.ts) or to one write (sink-runner.ts).
import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { sleep } from "../clock.ts";
import type { Lifecycle, Source } from "../component/contracts.ts";
import type { Pipeline } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Delivery } from "../message.ts";
import { MessageCounter } from "./counts.ts";
import { Flight } from "./flight.ts";
import { createFlow, type Flow } from "./flow.ts";
import { createLaneRunner, type LaneRunner } from "./lane-runner.ts";
import { buryGoneSinks } from "./gone-sinks.ts";
import { laneTopic, wakeUp } from "./parked-writes.ts";
import { persist } from "./persist.ts";
import type { PipelineHost, PipelineParts } from "./pipeline-parts.ts";
import type { PipelineState, PipelineStatus, Problem } from "./status.ts";

const reopen: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };
/** How long one pipeline may hold the event loop before others get their turn. */
const turnMs = 8;
/** How long the source waits for connections and sinks, so that a slow start parks nothing and a dead one holds nothing back. */
const firstTryMs = 5000;

/** One pipeline on this engine. Its methods are called in the order start, drain, settled or parkAll, close. */
export class PipelineRunner {
  readonly pipeline: Pipeline;
  readonly counter = new MessageCounter();
  readonly #host: PipelineHost;
  readonly #parts: PipelineParts;
  readonly #flow: Flow;
  readonly #lanes: ReadonlyMap<string, LaneRunner>;
  readonly #stopping = new AbortController();
  #source: Source | undefined;
  #state: PipelineState = "starting";
  #problem: Problem | undefined;
  #running: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  constructor(pipeline: Pipeline, host: PipelineHost, parts: PipelineParts) {
    this.pipeline = pipeline;
    this.#host = host;
    this.#parts = parts;
    const { name, hash, route, order } = pipeline;
    const { steps, sinks } = parts;
    const { deadLetters, persistence, services } = host;
    this.#flow = createFlow({
      pipeline: name,
      revision: hash,
      steps,
      sinks,
      route,
      isOrdered: order === "perKey",
      deadLetters,
    });
    const { counter } = this;
    const { lanes } = services.store;
    this.#lanes = new Map(
      sinks.map((runner) => [runner.item.name, createLaneRunner({ lanes, runner, counter, persistence })]),
    );
  }

  /** Resolves once every component was tried for the first time; what did not open is tried again in the background. */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await this.#loadParked();
      for (const { step } of this.#parts.steps) await step.open?.(signal);
    } catch (error) {
      return this.#fail(error);
    }
    const { sinks } = this.#parts;
    const isConnected = await this.#tryConnections();
    const tries = sinks.map((sink) => sink.caller.open(() => this.#connectionsOpen(), this.#host.persistence));
    if (isConnected) await Promise.race([Promise.all(tries), sleep(this.#host.clock, firstTryMs, signal)]);
    let opened = (): void => undefined;
    const firstTry = new Promise<void>((resolve) => void (opened = resolve));
    this.#running = this.#run(opened);
    if (isConnected) await firstTry;
  }

  /** Takes no more; resolves when what was pulled has been routed and the source is closed. */
  async drain(): Promise<void> {
    if (this.#state !== "failed") this.#state = "draining";
    this.#stopping.abort();
    await this.#running;
    // Nobody pulls any more: a tick that fires from here on would wait in the source's buffer, and its ledger for it.
    await this.#closeQuietly(this.#source);
  }

  /** Resolves when nothing is in flight any more. */
  async settled(): Promise<void> {
    while (this.counter.inFlight > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** What is still in flight goes to the store. */
  parkAll(): void {
    for (const sink of this.#parts.sinks) sink.parkAll();
  }

  /** Writes that parkAll had to park. */
  parkedByStop(): number {
    return this.#parts.sinks.reduce((sum, sink) => sum + sink.parkedByStop, 0);
  }

  async close(): Promise<void> {
    await this.#closeQuietly(this.#source);
    for (const { sink } of this.#parts.sinks) await this.#closeQuietly(sink);
    for (const { step } of this.#parts.steps) await this.#closeQuietly(step);
    if (this.#state !== "failed") this.#state = "stopped";
  }

  /** The runner of a sink's lanes; undefined when the pipeline has no such sink. */
  laneRunner(sink: string): LaneRunner | undefined {
    return this.#lanes.get(sink);
  }

  status(): PipelineStatus {
    const { name, description, at, hash, source } = this.pipeline;
    return {
      name,
      description,
      at,
      hash,
      ...this.#standing(),
      source: { component: source.definition.name, status: this.#source?.status?.() },
      steps: this.#parts.steps.map(({ item }) => ({ name: item.name, component: item.definition.name })),
      sinks: this.#parts.sinks.map((sink) => sink.status()),
      counts: this.counter.snapshot(),
    };
  }

  #standing(): Pick<PipelineStatus, "state" | "problem"> {
    const state = this.#state;
    const missing = state === "starting" ? this.#host.connections.problemOf(this.#parts.connectionNames) : undefined;
    return missing === undefined ? { state, problem: this.#problem } : { state: "waiting", problem: missing };
  }

  async #loadParked(): Promise<void> {
    const { pipeline, counter } = this;
    const host = this.#host;
    const parts = this.#parts;
    await buryGoneSinks(pipeline, host);
    for (const sink of parts.sinks) {
      const sizes = await persist("the list of parked messages", () => sink.parked.load(), host.persistence);
      for (const { lane, entries } of sizes) {
        sink.counter.resumed += entries;
        sink.counter.parked += entries;
        counter.resumed += entries;
        counter.parked += entries;
        await host.queue.add(laneTopic, [wakeUp(lane, host.clock.now())]);
      }
    }
  }

  /** Whether all connections are open after their first try; the rest of the engine does not wait for the others. */
  async #tryConnections(): Promise<boolean> {
    const { connectionNames } = this.#parts;
    if (connectionNames.size === 0) return true;
    const { connections, clock } = this.#host;
    const { signal } = this.#stopping;
    const tooLate = sleep(clock, firstTryMs, signal).then(() => false);
    return Promise.race([connections.firstTry(connectionNames, signal), tooLate]);
  }

  async #connectionsOpen(): Promise<void> {
    for (const name of this.#parts.connectionNames) await this.#host.connections.opened(name, this.#stopping.signal);
  }

  async #run(firstTried: () => void): Promise<void> {
    const { clock } = this.#host;
    const { signal } = this.#stopping;
    let attempts = 0;
    while (!signal.aborted) {
      const openedAt = clock.monotonic();
      try {
        await this.#openSource(firstTried);
        await this.#pump();
        throw new SignalboxError("SOURCE_FAILED", "the source ended by itself", { isRetryable: true });
      } catch (error) {
        if (signal.aborted || !this.#isWorthRetrying(error)) break;
      }
      firstTried();
      await this.#closeQuietly(this.#source);
      // A source that ran for a while starts its backoff afresh.
      attempts = clock.monotonic() - openedAt > reopen.maxBackoffMs ? 1 : attempts + 1;
      await sleep(clock, backoffDelayMs(attempts, reopen, Math.random()), signal);
    }
    firstTried();
  }

  async #openSource(opened: () => void): Promise<void> {
    await this.#connectionsOpen();
    this.#source = this.#parts.createSource();
    await this.#source.open?.(this.#stopping.signal);
    this.#state = "running";
    this.#problem = undefined;
    this.#host.log.info({ pipeline: this.pipeline.name }, "A pipeline runs.");
    opened();
  }

  async #pump(): Promise<void> {
    const { clock } = this.#host;
    const { signal } = this.#stopping;
    if (this.#source === undefined) return;
    let turnEndsAt = clock.monotonic() + turnMs;
    for await (const batch of this.#source.deliveries(signal)) {
      for (const delivery of batch) {
        await this.#take(delivery);
        if (clock.monotonic() < turnEndsAt) continue;
        await nextTurn();
        turnEndsAt = clock.monotonic() + turnMs;
      }
    }
  }

  async #take(delivery: Delivery): Promise<void> {
    const { counter, pipeline } = this;
    while (counter.inFlight >= pipeline.maxInFlight) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    await this.#flow(new Flight(delivery, counter, this.#flightEnded));
  }

  readonly #flightEnded = (): void => {
    const waiters = this.#waiters;
    if (waiters.length === 0) return;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  };

  #isWorthRetrying(error: unknown): boolean {
    const cause = toSignalboxError(error, "SOURCE_FAILED", { isRetryable: true, at: this.pipeline.source.at });
    if (!cause.isRetryable) {
      this.#fail(cause);
      return false;
    }
    this.#state = "waiting";
    this.#note(cause);
    const { name } = this.pipeline;
    this.#host.log.warn(
      { pipeline: name, code: cause.code, cause: cause.message },
      "A source is not open; trying again.",
    );
    return true;
  }

  #fail(error: unknown): void {
    const cause = toSignalboxError(error, "SOURCE_FAILED", { at: this.pipeline.source.at });
    this.#state = "failed";
    this.#note(cause);
    const { code, message, hint } = cause;
    this.#host.log.error({ pipeline: this.pipeline.name, code, cause: message, hint }, "A pipeline does not run.");
  }

  #note({ code, message, hint }: SignalboxError): void {
    this.#problem = { code, message, hint };
  }

  async #closeQuietly(component: Lifecycle | undefined): Promise<void> {
    try {
      await component?.close?.();
    } catch (error) {
      const { message } = toSignalboxError(error, "SOURCE_FAILED");
      this.#host.log.warn({ pipeline: this.pipeline.name, cause: message }, "A component did not close cleanly.");
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
