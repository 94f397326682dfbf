import { SignalboxError } from "../errors/error.ts";
import type { Delivery } from "../message.ts";
import type { NowOrLater } from "../now-or-later.ts";
import type { MessageCounter } from "./counts.ts";
import type { DirectWrite } from "./dead-letters.ts";
import { Entrance } from "./entrance.ts";
import { Flight, type FlightDesk } from "./flight.ts";
import type { PipelineHost } from "./pipeline-parts.ts";
import { QueuedDelivery } from "./queued/queued-delivery.ts";
import type { Revision } from "./revision.ts";

export interface IntakeOptions {
  /** The pipeline's. */
  readonly name: string;
  readonly host: PipelineHost;
  readonly counter: MessageCounter;
  /** The present one: it may change while a message waits for room. */
  readonly revision: () => Revision;
  /** False once the pipeline has failed or stops: what can wait elsewhere is not let in any more. */
  readonly isRunning: () => boolean;
}

/** When a lane of queued messages is looked at again that cannot be run just now. */
const heldMs = 200;

/** Where messages come into a pipeline: from its source, from its queue, from its dead letters. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #entrance: Entrance;
  readonly #desk: FlightDesk;
  readonly #queued: QueuedDelivery;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { name, host, counter, revision, isRunning } = options;
    this.#entrance = new Entrance(counter, () => revision().pipeline.maxInFlight);
    const { record, tracer } = host;
    this.#desk = { counter, record: record.of(name), tracer, onEnd: this.#entrance.ended };
    this.#queued = new QueuedDelivery({
      pipeline: name,
      host,
      counter,
      desk: this.#desk,
      entrance: this.#entrance,
      isOrdered: () => revision().pipeline.order === "perKey",
      flow: () => revision().flow,
      isTaking: isRunning,
    });
  }

  /** Wakes what an earlier run left in the queue. */
  load(): Promise<void> {
    return this.#queued.load();
  }

  /** Lets nothing in until `letGo`; what comes meanwhile waits. */
  hold(): void {
    this.#entrance.hold();
  }

  letGo(): void {
    this.#entrance.letGo();
  }

  get isHeld(): boolean {
    return this.#entrance.isHeld;
  }

  /** Resolves when nothing is in flight any more. */
  empty(): Promise<void> {
    return this.#entrance.empty();
  }

  /** As `empty`, and no batch of the queue is under way: for the end, when no further one is begun. */
  async ended(): Promise<void> {
    await this.#queued.ended();
    await this.#entrance.empty();
  }

  /** Takes what the source gave; the next one waits until it is done. */
  take(delivery: Delivery): NowOrLater<void> {
    return this.#entrance.isOpen ? this.#let(delivery) : this.#open().then(() => this.#let(delivery));
  }

  /** Takes queued messages from their lane; answers when to look again, undefined when the lane is empty. */
  async runQueued(lane: string, signal: AbortSignal): Promise<number | undefined> {
    const { host, isRunning } = this.#options;
    if (this.#entrance.isHeld || !isRunning()) return host.clock.now() + heldMs;
    return this.#queued.run(lane, signal);
  }

  /** Lets a dead letter's message in as if it came from the source, or straight to one sink; see RedriveTarget. */
  async redrive(delivery: Delivery, direct?: DirectWrite): Promise<void> {
    await this.#open();
    const { isRunning } = this.#options;
    const revision = this.#options.revision();
    const { name, at } = revision.pipeline;
    if (!isRunning()) {
      const text = `pipeline "${name}" takes no messages: it failed, or it stops`;
      throw new SignalboxError("PIPELINE_START_FAILED", text, { at, isRetryable: true });
    }
    if (direct !== undefined && !revision.hasSink(direct.sink)) {
      throw new SignalboxError("SINK_GONE", `pipeline "${name}" no longer has a sink "${direct.sink}"`, { at });
    }
    const flight = new Flight(delivery, this.#desk, "redriven");
    if (direct === undefined) await revision.flow.take(flight);
    else revision.write(flight, direct);
  }

  #let(delivery: Delivery): NowOrLater<void> {
    const revision = this.#options.revision();
    if (revision.pipeline.delivery === "queued") return this.#queued.hand(delivery);
    return revision.flow.take(new Flight(delivery, this.#desk));
  }

  async #open(): Promise<void> {
    while (!this.#entrance.isOpen) await this.#entrance.change();
  }
}
