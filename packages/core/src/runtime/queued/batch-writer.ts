import type { Message } from "../../message.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Lanes } from "../../ports/store.ts";
import { partitionOf, wakeUp } from "../lane-names.ts";
import { LaneWriter } from "../lane-writer.ts";
import { type Persistence, persist } from "../persist.ts";
import { queuedLane, queuedRow, queuedTopic } from "./queued-lanes.ts";

/** Messages of one entry, at most: small enough to be a turn's work, large enough to make the store's part small. */
const messagesPerBatch = 100;
const bytesPerBatch = 64_000;

export interface BatchWriterOptions {
  readonly pipeline: string;
  readonly isOrdered: () => boolean;
  readonly lanes: Lanes;
  readonly queue: Queue;
  readonly persistence: Persistence;
}

/**
 * The taking side of `delivery: queued`: puts messages into the pipeline's lanes in batches, in order per key. What
 * arrives while the store takes a batch makes the next one, so batches grow with the load and nothing waits for a timer.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #writer: LaneWriter;
  #waiting: Handed[] = [];
  #isWriting = false;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#writer = new LaneWriter({ what: "queued messages", ...options });
  }

  /** Resolves when the message is durable; rejects only when the engine's stop has run out of time. */
  hand(message: Message): Promise<void> {
    return new Promise((done, lost) => {
      this.#waiting.push({ message, done, lost });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    // One turn of the source fills the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const handed = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(this.#byLane(handed));
        for (const { done } of handed) done();
      } catch (error) {
        for (const { lost } of handed) lost(error);
      }
    }
    this.#isWriting = false;
  }

  #byLane(handed: readonly Handed[]): ReadonlyMap<string, Message[]> {
    const { pipeline, isOrdered } = this.#options;
    const byLane = new Map<string, Message[]>();
    for (const { message } of handed) {
      const key = isOrdered() ? message.meta.device : undefined;
      const lane = queuedLane(pipeline, partitionOf(key ?? message.id));
      const members = byLane.get(lane);
      if (members === undefined) byLane.set(lane, [message]);
      else members.push(message);
    }
    return byLane;
  }

  /** The lanes side by side: each waits for the store alone. */
  async #append(byLane: ReadonlyMap<string, readonly Message[]>): Promise<void> {
    const { queue, persistence } = this.#options;
    const now = persistence.clock.now();
    const appends = [...byLane].map(([lane, messages]) => {
      const entries = [...cut(messages)].map((value) => ({ row: queuedRow, value }));
      return this.#writer.append(lane, entries, { dueAt: now, attempts: 0 });
    });
    await Promise.all(appends);
    const wakeUps = [...byLane.keys()].map((lane) => wakeUp(lane, now));
    await persist("the wake-ups of queued messages", () => queue.add(queuedTopic, wakeUps), persistence);
  }
}

interface Handed {
  readonly message: Message;
  readonly done: () => void;
  readonly lost: (error: unknown) => void;
}

/** The entries for these messages: JSON lists of a bounded length. */
function* cut(messages: readonly Message[]): Generator<string> {
  let texts: string[] = [];
  let bytes = 0;
  for (const message of messages) {
    const text = JSON.stringify(message);
    if (texts.length >= messagesPerBatch || (texts.length > 0 && bytes + text.length > bytesPerBatch)) {
      yield `[${texts.join(",")}]`;
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += text.length;
  }
  yield `[${texts.join(",")}]`;
}
