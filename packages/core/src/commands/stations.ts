import { type Clock, sleep } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { JobHandler, Queue } from "../ports/queue.ts";
import type { CommandSender } from "./contracts.ts";

export interface StationsOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  readonly run: JobHandler;
  /** Sees that each line of the connection has its job. */
  readonly wake: (connection: string) => Promise<void>;
}

// Lines of a connection served at once by an engine; the rate limit of the other side is far below what they could send.
const concurrency = 16;
const againMs = 5_000;

/** The topic of a connection's lines: its own, so that those of a slow one do not stand before those of another. */
export function topicOf(connection: string): string {
  // What BullMQ refuses in a queue's name, or another store in a key, is written as its code.
  return `commands-${connection.replaceAll(/[^\w-]/g, (character) => `.${character.codePointAt(0) ?? 0}.`)}`;
}

/** The connections that have a sender on this engine, and the workers of their lines. Without one, nothing runs or polls. */
export class Stations {
  readonly #options: StationsOptions;
  readonly #senders = new Map<string, CommandSender>();
  readonly #working = new Set<Promise<void>>();
  // One for each connection that is served: aborted when its sender goes, or all.
  readonly #ends = new Set<AbortController>();
  #isClosing = false;
  #begin: () => void = () => undefined;
  readonly #begun: Promise<void>;

  constructor(options: StationsOptions) {
    this.#options = options;
    this.#begun = new Promise((resolve) => (this.#begin = resolve));
  }

  sender(connection: string): CommandSender | undefined {
    return this.#senders.get(connection);
  }

  /** Those with a sender. */
  connections(): readonly string[] {
    return [...this.#senders.keys()];
  }

  /** Store and queue are open from here on. */
  open(): void {
    this.#begin();
  }

  register(connection: string, sender: CommandSender): () => void {
    this.#senders.set(connection, sender);
    const end = new AbortController();
    this.#ends.add(end);
    if (this.#isClosing) end.abort();
    const work = this.#serve(connection, end.signal).finally(() => {
      this.#working.delete(work);
      this.#ends.delete(end);
    });
    this.#working.add(work);
    return () => {
      if (this.#senders.get(connection) === sender) this.#senders.delete(connection);
      end.abort();
    };
  }

  /** Ends the workers; what they are at ends first. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const end of this.#ends) end.abort();
    await Promise.all(this.#working);
  }

  async #serve(connection: string, end: AbortSignal): Promise<void> {
    const { queue, clock, log, run, wake } = this.#options;
    await Promise.race([this.#begun, aborted(end)]);
    let worker: { close(): Promise<void> } | undefined;
    let isAwake = false;
    while (!end.aborted && !isAwake) {
      try {
        worker ??= await queue.work(topicOf(connection), { concurrency }, run);
        // What waited for the sender, and what a crash kept out of the queue.
        await wake(connection);
        isAwake = true;
      } catch (error) {
        log.warn({ connection, cause: messageOf(error) }, "Waiting commands cannot be woken yet; tried again in 5 s.");
        await sleep(clock, againMs, end);
      }
    }
    await aborted(end);
    await worker?.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
