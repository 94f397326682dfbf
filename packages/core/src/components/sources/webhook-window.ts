import { type Clock, sleep, type Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { Collection, Store } from "../../ports/store.ts";
import { createBulk } from "./bulk.ts";
import { type Answered, rowKey, type WebhookRow, webhookRows } from "./webhook-rows.ts";

export interface WindowOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pipeline: string;
  /** How long an answer is remembered, at least. */
  readonly windowMs: number;
  /** How many of them at most; checked with their age. */
  readonly keep: number;
}

const againMs = 1_000;
const pruneEveryMs = 60_000;
const pageSize = 500;

/** The answers that requests with an id got, remembered for a while: a repetition gets the same one. */
export class WebhookWindow {
  readonly #options: WindowOptions;
  readonly #rows: Collection<WebhookRow>;
  readonly #put: (given: { id: string; answered: Answered }) => Promise<true>;
  readonly #closing = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#rows = webhookRows(options.store);
    this.#put = createBulk((given) => this.#putAll(given));
  }

  /** Begins to forget what is old, once a minute. */
  open(): void {
    if (this.#closing.signal.aborted) return;
    const prune = (): void => void this.#track(this.#prune().finally(() => this.open()));
    this.#timer = this.#options.clock.setTimer(prune, pruneEveryMs);
  }

  /** What is known of an id. Rejects while the store does not answer. */
  async find(id: string): Promise<WebhookRow | undefined> {
    return (await this.#rows.get(rowKey(this.#options.pipeline, id)))?.value;
  }

  /**
   * Resolves once the answer is as durable as the store can make it; a store that fails is tried until it works, or until
   * the window closes. What was under way with that id no longer is.
   */
  remember(id: string, answered: Answered): Promise<void> {
    return this.#track(this.#remember(id, answered));
  }

  /** Tries what is under way once more and waits for it. Idempotent. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#closing.abort();
    await Promise.all(this.#working);
  }

  #track(work: Promise<void>): Promise<void> {
    const done = work.finally(() => this.#working.delete(done));
    this.#working.add(done);
    return done;
  }

  async #remember(id: string, answered: Answered): Promise<void> {
    const { signal } = this.#closing;
    for (let isLast = signal.aborted; ; isLast = signal.aborted) {
      const isPut = await this.#put({ id, answered }).catch(() => false);
      if (isPut || isLast) return;
      await sleep(this.#options.clock, againMs, signal);
    }
  }

  async #putAll(given: readonly { id: string; answered: Answered }[]): Promise<readonly true[]> {
    const { clock, log, pipeline } = this.#options;
    const at = clock.now();
    const fields = { answered: pipeline };
    try {
      await this.#rows.put(
        given.map(({ id, answered }) => ({ key: rowKey(pipeline, id), at, fields, value: answered })),
      );
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "The answers of a webhook could not be remembered; trying again.");
      throw error;
    }
    return given.map(() => true);
  }

  async #prune(): Promise<void> {
    const { clock, log, pipeline, windowMs, keep } = this.#options;
    try {
      await this.#removeOldest({ to: clock.now() - windowMs });
      const beyond = (await this.#rows.count({ answered: pipeline })) - keep;
      if (beyond > 0) await this.#removeOldest({ most: beyond });
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "Old answers of a webhook could not be removed; trying again in a minute.");
    }
  }

  async #removeOldest({ to, most = Number.POSITIVE_INFINITY }: { to?: number; most?: number }): Promise<void> {
    const { pipeline } = this.#options;
    for (let removed = 0; removed < most && !this.#closing.signal.aborted;) {
      const limit = Math.min(pageSize, most - removed);
      const found = await this.#rows.query({ where: { answered: pipeline }, limit, ...(to !== undefined && { to }) });
      if (found.length > 0) await this.#rows.remove(found.map(({ key }) => key));
      if (found.length < limit) return;
      removed += found.length;
    }
  }
}
