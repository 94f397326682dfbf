// Runs one pipeline from open to close: what its name is the identity of (its source, its counts, what is parked), while
// revisions come and go. Not here: a revision's components (revision.ts), pulling the source (source-runner.ts), what
// happens to one message (flow.ts) or to one write (sink-runner.ts), or which pipelines a reload changes (reload/).
import type { Connection } from "../component/contracts.ts";
import type { Pipeline } from "../config/model.ts";
import { toSignalboxError } from "../errors/error.ts";
import type { Location } from "../location.ts";
import type { Delivery, Message } from "../message.ts";
import { MessageCounter } from "./counts.ts";
import type { DirectWrite, Preview, RedriveTarget } from "./dead-letters.ts";
import { buryGoneSinks } from "./gone-sinks.ts";
import { Intake } from "./intake.ts";
import type { PipelineHost } from "./pipeline-parts.ts";
import type { Passage } from "./record/pipeline-record.ts";
import type { Stage } from "./record/stage.ts";
import type { Explainer } from "./record/why.ts";
import { Revision } from "./revision.ts";
import { SinkBooks } from "./sink-books.ts";
import { SourceRunner } from "./source-runner.ts";
import type { PipelineStatus, Problem } from "./status.ts";
import type { PipelineTimings } from "./timings.ts";
import { finishOrPark, within } from "./within.ts";

/** How long the source waits for connections and sinks, so that a slow start parks nothing and a dead one holds nothing back. */
const firstTryMs = 5000;
/** When a lane whose pipeline is between two revisions is looked at again. */
const betweenMs = 200;

/**
 * One pipeline on this engine. Its methods are called in the order start, drain, settled or parkAll, close. Before drain,
 * `revise`, `leave` and `enter` change its revision any number of times.
 */
export class PipelineRunner implements RedriveTarget, Explainer {
  readonly counter: MessageCounter;
  readonly #host: PipelineHost;
  readonly #books: SinkBooks;
  readonly #intake: Intake;
  readonly #stopping = new AbortController();
  #revision: Revision;
  #source: SourceRunner;
  #phase: "running" | "failed" | "draining" | "stopped" = "running";
  #problem: Problem | undefined;
  #changing: Promise<unknown> = Promise.resolve();

  /** Pure (delivery.md, rule 1); throws what a component's `create` throws. */
  constructor(pipeline: Pipeline, host: PipelineHost) {
    this.#host = host;
    this.counter = new MessageCounter(host.clock);
    this.#books = new SinkBooks(host, this.counter);
    this.#revision = this.revise(pipeline, host);
    this.#intake = new Intake({
      name: pipeline.name,
      host,
      counter: this.counter,
      revision: () => this.#revision,
      isRunning: () => this.#phase === "running" && !this.#stopping.signal.aborted,
    });
    this.#source = this.#createSource();
  }

  /** As the files say it. */
  get pipeline(): Pipeline {
    return this.#revision.pipeline;
  }

  /** Takes over what an equal document says of itself: its place, its description. */
  relocate(pipeline: Pipeline): void {
    this.#revision.relocate(pipeline);
  }

  /** Whether its source is still to be opened, for the first time or again. */
  get awaitsSource(): boolean {
    return this.#phase === "running" && ["starting", "waiting"].includes(this.#source.state);
  }

  get at(): Location {
    return this.pipeline.at;
  }

  /** The hash of the present revision. */
  get revision(): string {
    return this.pipeline.hash;
  }

  /** What the present revision makes of a message that has passed, stage by stage, without a write. */
  explain(passage: Pick<Passage, "original" | "held">): Promise<readonly Stage[]> {
    return this.#revision.explain(passage);
  }

  /** The connections that the present revision uses. */
  connections(): readonly Connection[] {
    return this.#revision.connections();
  }

  /** Resolves once every component was tried for the first time; what did not open is tried again in the background. */
  async start(): Promise<void> {
    try {
      await buryGoneSinks(this.pipeline, this.#host);
      await this.#books.load(this.pipeline);
      await this.#revision.openSteps(this.#stopping.signal);
      await this.#intake.load();
    } catch (error) {
      return this.#fail(error);
    }
    const isConnected = await this.#revision.open(firstTryMs, this.#stopping.signal);
    const firstTry = this.#source.start();
    if (isConnected) await firstTry;
  }

  /** Makes another revision of it. Pure; throws what a component's `create` throws. */
  revise(pipeline: Pipeline, host: PipelineHost): Revision {
    return new Revision({ pipeline, host, books: this.#books, counter: this.counter });
  }

  /** Whether the source can stay open under another revision. */
  keepsSource(next: Revision): boolean {
    const isAlive = this.#phase === "running" && this.#source.state !== "failed";
    return isAlive && this.#revision.hasSourceOf(next);
  }

  /**
   * The present revision takes no more; what it has in flight may finish for `patienceMs`, the rest is parked. A source
   * that is not kept has ended then, unless the next one opens before it closes. A stop of the engine cuts it short.
   */
  async leave(isSourceKept: boolean, patienceMs: number): Promise<void> {
    const left = this.#hold(isSourceKept).then(() => this.#intake.empty());
    const isOver = await this.#finish(left, patienceMs, this.#stopping.signal);
    const { source } = this.pipeline;
    if (isOver && !isSourceKept && source.definition.opensBeforeClose !== true) await this.#source.close();
  }

  /**
   * Takes it out: as the engine's stop does, but on its own. What it has in flight may finish for `patienceMs`, the rest is
   * parked and stays in the store, for a pipeline of its name. False when the engine stops first, which sees to the rest.
   */
  async end(patienceMs: number, stopping: AbortSignal): Promise<boolean> {
    const isOver = await this.#finish(
      this.drain().then(() => this.settled()),
      patienceMs,
      stopping,
    );
    if (isOver) await this.close();
    return isOver;
  }

  /** After `leave`: the next revision takes over. Resolves once it was tried to open; false when the engine's stop came first. */
  enter(next: Revision, isSourceKept: boolean): Promise<boolean> {
    const entering = this.#enter(next, isSourceKept);
    this.#changing = entering;
    return entering;
  }

  /** Takes no more; resolves when what was pulled has been routed and the source is closed. */
  async drain(): Promise<void> {
    if (this.#phase === "running") this.#phase = "draining";
    this.#stopping.abort();
    this.#intake.letGo();
    await this.#source.stop();
  }

  /** Resolves when nothing is in flight any more. */
  settled(): Promise<void> {
    return this.#intake.ended();
  }

  /** What is still in flight goes to the store. */
  parkAll(): void {
    this.#revision.parkAll();
  }

  /** Writes that parkAll had to park. */
  parkedByStop(): number {
    return this.#revision.parkedByStop();
  }

  async close(): Promise<void> {
    await this.#changing;
    await this.#source.close();
    await this.#revision.close();
    if (this.#phase !== "failed") this.#phase = "stopped";
  }

  /** Writes what is due in a lane of a sink; answers when to look again, undefined when the lane is empty. */
  async runLane(sink: string, lane: string, signal: AbortSignal): Promise<number | undefined> {
    if (this.#intake.isHeld || this.#revision.isRetired) return this.#host.clock.now() + betweenMs;
    return this.#revision.runLane(sink, lane, signal);
  }

  /** Takes queued messages from their lane; answers when to look again, undefined when the lane is empty. */
  runQueued(lane: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#intake.runQueued(lane, signal);
  }

  hasSink(name: string): boolean {
    return this.#revision.hasSink(name);
  }

  redrive(delivery: Delivery, direct?: DirectWrite): Promise<void> {
    return this.#intake.redrive(delivery, direct);
  }

  preview(message: Message, direct?: DirectWrite): Promise<Preview> {
    return this.#revision.preview(message, direct);
  }

  status(): PipelineStatus {
    const { source } = this.pipeline;
    return {
      ...this.#revision.status(),
      ...this.#standing(),
      source: { component: source.definition.name, status: this.#source.status() },
      counts: this.counter.snapshot(),
    };
  }

  timings(): PipelineTimings {
    const { name } = this.pipeline;
    return { name, sinceReceivedMs: this.counter.sinceReceivedMs(), ...this.#revision.timings() };
  }

  #createSource(): SourceRunner {
    const { clock, log } = this.#host;
    return new SourceRunner({
      pipeline: this.pipeline,
      clock,
      log,
      createSource: () => this.#revision.createSource(),
      connectionsOpen: (signal) => this.#revision.connectionsOpen(signal),
      take: (delivery) => this.#intake.take(delivery),
    });
  }

  /** A source that stays waits; of one that ends, what was pulled goes through the revision it was pulled for. */
  async #hold(isSourceKept: boolean): Promise<void> {
    if (!isSourceKept) await this.#source.rest();
    if (!this.#stopping.signal.aborted) this.#intake.hold();
  }

  #finish(left: Promise<void>, patienceMs: number, stopping: AbortSignal): Promise<boolean> {
    const ended = Promise.all([this.#revision.retire(), left]);
    return finishOrPark({ clock: this.#host.clock, ended, patienceMs, parkAll: () => this.parkAll(), stopping });
  }

  async #enter(next: Revision, isSourceKept: boolean): Promise<boolean> {
    const { signal } = this.#stopping;
    if (signal.aborted) {
      await next.close();
      return false;
    }
    const [old, oldSource] = [this.#revision, this.#source];
    this.#revision = next;
    this.#phase = "running";
    this.#problem = undefined;
    try {
      await old.close();
      await this.#books.load(next.pipeline);
      await next.open(firstTryMs, signal);
      if (!isSourceKept) await this.#replaceSource();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#intake.letGo();
      if (!isSourceKept) await oldSource.close();
    }
    await this.#books.buryGone(next.pipeline);
    return true;
  }

  async #replaceSource(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    this.#source = this.#createSource();
    await within(this.#host.clock, firstTryMs, this.#source.start(), signal);
  }

  #standing(): Pick<PipelineStatus, "state" | "problem"> {
    const { state, problem } = this.#source;
    if (this.#phase !== "running") return { state: this.#phase, problem: this.#problem ?? problem };
    const missing = state === "starting" ? this.#revision.missingConnection() : undefined;
    return missing === undefined ? { state, problem } : { state: "waiting", problem: missing };
  }

  #fail(error: unknown): void {
    const { name, at } = this.pipeline;
    const { code, message, hint } = toSignalboxError(error, "PIPELINE_START_FAILED", { at });
    this.#phase = "failed";
    this.#problem = { code, message, hint };
    this.#host.log.error({ pipeline: name, code, cause: message, hint }, "A pipeline does not run.");
  }
}
