// One revision of a pipeline: the components made from one reading of its document, from open to close.
// Not here: what outlives it, which is the pipeline's own: its source, its counts, what is parked (pipeline-runner.ts).
import { setMaxListeners } from "node:events";
import type { Connection, Lifecycle, Source } from "../component/contracts.ts";
import type { Pipeline } from "../config/model.ts";
import { messageOf } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { MessageCounter } from "./counts.ts";
import type { DirectWrite, Preview } from "./dead-letters.ts";
import type { Flight } from "./flight.ts";
import { Flow } from "./flow.ts";
import { createLaneRunner, type LaneRunner } from "./lane-runner.ts";
import { createParts, type PipelineHost, type PipelineParts } from "./pipeline-parts.ts";
import { explain } from "./record/explain.ts";
import type { Passage } from "./record/pipeline-record.ts";
import type { Stage } from "./record/stage.ts";
import { previewFlow } from "./preview-flow.ts";
import type { SinkBooks } from "./sink-books.ts";
import type { PipelineStatus, Problem } from "./status.ts";
import type { PipelineTimings } from "./timings.ts";
import { within } from "./within.ts";

export interface RevisionOptions {
  readonly pipeline: Pipeline;
  /** With the connections of the same reading. */
  readonly host: PipelineHost;
  readonly books: SinkBooks;
  readonly counter: MessageCounter;
}

/** Its methods are called in the order openSteps, open, retire, parkAll, close. */
export class Revision {
  readonly parts: PipelineParts;
  readonly flow: Flow;
  readonly #host: PipelineHost;
  readonly #lanes: ReadonlyMap<string, LaneRunner>;
  readonly #retiring = new AbortController();
  readonly #laneRuns = new Set<Promise<unknown>>();
  #pipeline: Pipeline;

  /** Pure (delivery.md, rule 1); throws what a component's `create` throws. */
  constructor({ pipeline, host, books, counter }: RevisionOptions) {
    this.#pipeline = pipeline;
    this.#host = host;
    this.parts = createParts(pipeline, host, books);
    const { name, hash, route, order } = pipeline;
    const { steps, sinks } = this.parts;
    const { deadLetters, persistence, services, clock } = host;
    const isOrdered = order === "perKey";
    this.flow = new Flow({ pipeline: name, revision: hash, steps, sinks, route, isOrdered, deadLetters, clock });
    const { lanes } = services.store;
    this.#lanes = new Map(
      sinks.map((runner) => [runner.item.name, createLaneRunner({ lanes, runner, counter, persistence })]),
    );
  }

  get pipeline(): Pipeline {
    return this.#pipeline;
  }

  /** Takes over what an equal document says of itself: its place in the files, its description. */
  relocate(pipeline: Pipeline): void {
    this.#pipeline = pipeline;
  }

  createSource(): Source {
    return this.parts.createSource();
  }

  async openSteps(signal: AbortSignal): Promise<void> {
    for (const { step } of this.parts.steps) await step.open?.(signal);
  }

  /**
   * Tries connections and sinks, each for `firstTryMs`; what did not open is tried again until the revision retires. Answers
   * whether all connections are open: the rest of the engine does not wait for those that are not.
   */
  async open(firstTryMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock, connections } = this.#host;
    const { connectionNames } = this.parts;
    let isConnected = connectionNames.size === 0;
    const tried = connections.firstTry(connectionNames, signal).then((isOpen) => void (isConnected = isOpen));
    await within(clock, firstTryMs, tried, signal);
    const opened = this.#openSinks();
    if (isConnected) await within(clock, firstTryMs, opened, signal);
    return isConnected;
  }

  async connectionsOpen(signal: AbortSignal): Promise<void> {
    for (const name of this.parts.connectionNames) await this.#host.connections.opened(name, signal);
  }

  /** The connections it uses: those of another reading may bear the same names. */
  connections(): readonly Connection[] {
    return [...this.parts.connectionNames].map((name) => this.#host.connections.get(name));
  }

  /** Whether a source of this revision is as good for another one: written alike, on the same connections. */
  hasSourceOf(other: Revision): boolean {
    const [mine, theirs] = [this.#sourceConnections(), other.#sourceConnections()];
    const isSame = mine.length === theirs.length && mine.every((connection) => theirs.includes(connection));
    return isSame && this.pipeline.sourceHash === other.pipeline.sourceHash;
  }

  missingConnection(): Problem | undefined {
    return this.#host.connections.problemOf(this.parts.connectionNames);
  }

  hasSink(name: string): boolean {
    return this.#lanes.has(name);
  }

  /** Makes a message of a flight due at one sink, past the steps and conditions; the sink is one of its own. */
  write(flight: Flight, { sink, message }: DirectWrite): void {
    const runner = this.parts.sinks.find(({ item }) => item.name === sink);
    const key = this.#pipeline.order === "perKey" ? message.meta.device : undefined;
    flight.begin();
    runner?.submit({ message, key, owner: flight });
    flight.routed();
  }

  /** What `flow` would do with a message, without doing it. */
  preview(message: Message, direct?: DirectWrite): Promise<Preview> {
    const { steps, sinks } = this.parts;
    return previewFlow({ steps, sinks, route: this.#pipeline.route }, message, direct);
  }

  /** What its stages make of a message that has passed. */
  explain({ original, held }: Pick<Passage, "original" | "held">): Promise<readonly Stage[]> {
    const { steps, sinks } = this.parts;
    return explain({ steps, sinks, route: this.#pipeline.route }, original, held);
  }

  /** Writes what is due in a lane of the sink; answers when to look again. */
  async runLane(sink: string, lane: string, signal: AbortSignal): Promise<number | undefined> {
    const runner = this.#lanes.get(sink);
    if (runner === undefined) return undefined;
    const run = runner.run(lane, AbortSignal.any([signal, this.#retiring.signal]));
    this.#laneRuns.add(run);
    try {
      return await run;
    } finally {
      this.#laneRuns.delete(run);
    }
  }

  /** True once it reads no more from its lanes. */
  get isRetired(): boolean {
    return this.#retiring.signal.aborted;
  }

  /** Reads no more from its lanes; resolves when the batches of parked messages under way have ended. */
  async retire(): Promise<void> {
    this.#retiring.abort();
    await Promise.allSettled(this.#laneRuns);
  }

  /** What is still in flight goes to the store, tries of parked messages are cut short. */
  parkAll(): void {
    for (const sink of this.parts.sinks) sink.parkAll();
  }

  /** Writes that parkAll had to park. */
  parkedByStop(): number {
    return this.parts.sinks.reduce((sum, sink) => sum + sink.parkedByStop, 0);
  }

  async close(): Promise<void> {
    this.#retiring.abort();
    for (const { sink } of this.parts.sinks) await this.#closeQuietly(sink);
    for (const { step } of this.parts.steps) await this.#closeQuietly(step);
  }

  status(): Pick<PipelineStatus, "name" | "description" | "at" | "hash" | "steps" | "sinks"> {
    const { name, description, at, hash } = this.pipeline;
    return {
      name,
      description,
      at,
      hash,
      steps: this.parts.steps.map(({ item, counter }) => ({
        name: item.name,
        component: item.definition.name,
        counts: counter.snapshot(),
      })),
      sinks: this.parts.sinks.map((sink) => sink.status()),
    };
  }

  timings(): Pick<PipelineTimings, "steps" | "sinks"> {
    const { steps, sinks } = this.parts;
    return {
      steps: steps.map(({ item, counter }) => ({ name: item.name, process: counter.durations.snapshot() })),
      sinks: sinks.map(({ item, counter }) => ({
        name: item.name,
        delivery: counter.delivery.snapshot(),
        tries: counter.tries.snapshot(),
      })),
    };
  }

  #sourceConnections(): readonly Connection[] {
    return [...this.parts.sourceConnections].map((name) => this.#host.connections.get(name));
  }

  async #openSinks(): Promise<void> {
    const { persistence } = this.#host;
    const signal = AbortSignal.any([persistence.signal, this.#retiring.signal]);
    // Each sink that waits for a connection listens.
    setMaxListeners(0, signal);
    const { sinks } = this.parts;
    await Promise.all(
      sinks.map(({ caller }) => caller.open(() => this.connectionsOpen(signal), { ...persistence, signal })),
    );
  }

  async #closeQuietly(component: Lifecycle): Promise<void> {
    try {
      await component.close?.();
    } catch (error) {
      const { log } = this.#host;
      log.warn({ pipeline: this.pipeline.name, cause: messageOf(error) }, "A component did not close cleanly.");
    }
  }
}
