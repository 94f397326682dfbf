import type { Delivery, Message } from "../../message.ts";
import type { MessageCounter } from "../counts.ts";
import type { Entrance } from "../entrance.ts";
import { Flight, type FlightDesk } from "../flight.ts";
import type { Flow } from "../flow.ts";
import { wakeUp } from "../lane-names.ts";
import type { PipelineHost } from "../pipeline-parts.ts";
import { persist } from "../persist.ts";
import { BatchRunner } from "./batch-runner.ts";
import { BatchWriter } from "./batch-writer.ts";
import { queuedPrefix, queuedTopic } from "./queued-lanes.ts";

export interface QueuedDeliveryOptions {
  readonly pipeline: string;
  readonly isOrdered: () => boolean;
  readonly host: Pick<PipelineHost, "services" | "queue" | "persistence">;
  readonly counter: MessageCounter;
  readonly desk: FlightDesk;
  readonly entrance: Entrance;
  /** That of the present revision. */
  readonly flow: () => Flow;
  /** False while no further batch is to be begun. */
  readonly isTaking: () => boolean;
}

/** `delivery: queued` of one pipeline: messages go into the store's lanes and from there, here or elsewhere, into the flow. */
export class QueuedDelivery {
  readonly #options: QueuedDeliveryOptions;
  readonly #writer: BatchWriter;
  readonly #runner: BatchRunner;

  constructor(options: QueuedDeliveryOptions) {
    this.#options = options;
    const { pipeline, isOrdered, host, isTaking } = options;
    const { queue, persistence, services } = host;
    const { lanes } = services.store;
    this.#writer = new BatchWriter({ pipeline, isOrdered, lanes, queue, persistence });
    this.#runner = new BatchRunner({ lanes, persistence, isTaking, take: (message) => this.#take(message) });
  }

  /** Wakes the lanes that an earlier run left. */
  async load(): Promise<void> {
    const { pipeline, host } = this.#options;
    const { queue, persistence, services } = host;
    const list = (): ReturnType<typeof services.store.lanes.list> => services.store.lanes.list(queuedPrefix(pipeline));
    const sizes = await persist("the list of queued messages", list, persistence);
    const now = persistence.clock.now();
    await queue.add(
      queuedTopic,
      sizes.map(({ lane }) => wakeUp(lane, now)),
    );
  }

  /** Takes a message over; it is in flight until it is durable, and its source is told then. */
  hand(delivery: Delivery): void {
    const { counter, entrance } = this.#options;
    counter.enter("received");
    const handed = (): void => {
      counter.inFlight -= 1;
      counter.handed += 1;
      delivery.ack({ delivered: 0, discarded: 0, deadLettered: 0, parked: 1 });
      entrance.ended();
    };
    // It is lost to this process only when a stop has run out of time: it stays in flight, and the exit code says so.
    this.#writer.hand(delivery.message).then(handed, () => undefined);
  }

  /** See BatchRunner.run. */
  run(lane: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#runner.run(lane, signal);
  }

  /** Resolves when no batch is under way. */
  ended(): Promise<void> {
    return this.#runner.ended();
  }

  async #take(message: Message): Promise<{ readonly ended: Promise<void> }> {
    const { desk, entrance, flow } = this.#options;
    while (!entrance.isOpen) await entrance.change();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => void (end = resolve));
    const delivery = { message, ack: () => end(), nack: () => end() };
    await flow().take(new Flight(delivery, desk, "taken"));
    return { ended };
  }
}
