// What a webhook has answered 202 for and the pipeline has not settled: kept in the store, taken over from engines that
// died, removed in bulk. Not here: requests and answers (webhook.ts), and what becomes of a message in the pipeline.
import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { Message } from "../../message.ts";
import type { Collection, Row, Store } from "../../ports/store.ts";
import { createBulk } from "./bulk.ts";

interface Kept {
  /** The source that answered for it; one that stopped beating is dead, and its messages are anyone's. */
  readonly owner: string;
  readonly message: Message;
}

export interface IntakeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pipeline: string;
  /** Takes a message that another owner left; resolves when there is room for the next. */
  readonly deliver: (message: Message) => Promise<void>;
}

const beatMs = 5_000;
/** Silence after which an owner is dead: more than what a busy loop or a slow store could cause. */
const deadAfterMs = 15_000;
const pageSize = 100;

export class WebhookIntake {
  readonly #options: IntakeOptions;
  readonly #owner = randomUUID();
  readonly #kept: Collection<Kept>;
  readonly #owners: Collection<null>;
  readonly #insert: (message: Message) => Promise<boolean>;
  // Settled, and not yet out of the store; tried again at each beat.
  readonly #leaving = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { store, pipeline } = options;
    this.#kept = store.collection({ name: "webhook-intake", indexes: ["pipeline"] });
    this.#owners = store.collection({ name: "webhook-owners", indexes: ["pipeline"] });
    const owner = this.#owner;
    this.#insert = createBulk(async (messages) =>
      this.#kept.insert(
        messages.map((message) => ({
          key: this.#keyOf(message.id),
          at: options.clock.now(),
          fields: { pipeline },
          value: { owner, message },
        })),
      ),
    );
  }

  /** Begins to beat, and to take over what dead owners left. Rejects while the store does not answer. */
  async open(): Promise<void> {
    await this.#beat();
    this.#start("take over", () => this.#takeOver());
    this.#plan();
  }

  /**
   * Resolves once the message is as durable as the store can make it, with whether it is ours to deliver: a message of
   * that id which another living engine answered for is not.
   */
  async keep(message: Message): Promise<boolean> {
    const key = this.#keyOf(message.id);
    // An earlier message of that id may be on its way out of the store, and must not take this one with it.
    if (this.#leaving.has(key)) await this.#working.get("remove");
    this.#leaving.delete(key);
    try {
      if (await this.#insert(message)) return true;
    } catch (error) {
      // It may be there all the same, and its sender was told that it is not.
      this.#leaving.add(key);
      throw error;
    }
    return (await this.#kept.get(key))?.value.owner === this.#owner;
  }

  /** The message is settled: it may go. In the background; until then a restart would deliver it again. */
  release(id: string): void {
    this.#leaving.add(this.#keyOf(id));
    this.#start("remove", () => this.#removeSettled());
  }

  /** Waits for what is under way, and leaves the rest to the next owner at once. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    await Promise.all(this.#working.values());
    this.#start("remove", () => this.#removeSettled());
    this.#start("beat", async () => void (await this.#owners.remove([this.#owner])));
    await Promise.all(this.#working.values());
  }

  // A pipeline's name may hold a slash; encoded, it cannot.
  #keyOf(id: string): string {
    return `${encodeURIComponent(this.#options.pipeline)}/${id}`;
  }

  #plan(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#start("beat", () => this.#beat());
      this.#start("remove", () => this.#removeSettled());
      this.#start("take over", () => this.#takeOver());
      this.#plan();
    }, beatMs);
  }

  /** Each kind of work one at a time, and apart: a beat must not wait for room in the pipeline. What fails comes again. */
  #start(name: string, work: () => Promise<void>): void {
    if (this.#working.has(name)) return;
    const done = work()
      .catch((error: unknown) => {
        const { log } = this.#options;
        log.warn({ cause: messageOf(error) }, "The webhook's intake could not reach the store; trying again.");
      })
      .finally(() => this.#working.delete(name));
    this.#working.set(name, done);
  }

  #beat(): Promise<void> {
    const { clock, pipeline } = this.#options;
    return this.#owners.put({ key: this.#owner, at: clock.now(), fields: { pipeline }, value: null });
  }

  async #removeSettled(): Promise<void> {
    while (this.#leaving.size > 0) {
      const keys = [...this.#leaving];
      await this.#kept.remove(keys);
      for (const key of keys) this.#leaving.delete(key);
    }
  }

  async #takeOver(): Promise<void> {
    const where = { pipeline: this.#options.pipeline };
    const alive = await this.#aliveOwners();
    let after: { at: number; key: string } | undefined;
    do {
      const rows = await this.#kept.query({ where, limit: pageSize, ...(after === undefined ? {} : { after }) });
      for (const row of rows) {
        if (this.#isClosed) return;
        if (!alive.has(row.value.owner)) await this.#claim(row);
      }
      after = rows.length < pageSize ? undefined : rows.at(-1);
    } while (after !== undefined);
  }

  async #aliveOwners(): Promise<ReadonlySet<string>> {
    const { clock, pipeline } = this.#options;
    const from = clock.now() - deadAfterMs;
    const owners = await this.#owners.query({ where: { pipeline }, from, limit: 1_000 });
    return new Set([this.#owner, ...owners.map((row) => row.key)]);
  }

  async #claim({ key, version, value: { message } }: Row<Kept>): Promise<void> {
    // Engines that see the same death compete for each message; one of them wins.
    if (!(await this.#kept.replace(key, version, { value: { owner: this.#owner, message } }))) return;
    await this.#options.deliver(message);
  }
}
