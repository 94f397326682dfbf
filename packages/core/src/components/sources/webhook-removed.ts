// What webhooks leave in the store when their pipelines are removed: found by age, for nobody is there to say so.
// Not here: what a running webhook removes of its own (webhook-intake.ts, webhook-window.ts).
import type { Clock, Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { Collection, Row, Store } from "../../ports/store.ts";
import { webhookOwners } from "./webhook-owners.ts";
import { webhookRows } from "./webhook-rows.ts";

export interface RemovedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pipeline: string;
}

/** Long enough that a pipeline is not taken for removed because its engine stood still, or its connection was down. */
const removedAfterMs = 30 * 24 * 3_600_000;
const lookEveryMs = 3_600_000;
const pageSize = 500;

/** Says that a pipeline is served, and forgets those that have not been for 30 days. Each running webhook has one. */
export class RemovedPipelines {
  readonly #options: RemovedOptions;
  readonly #served: Collection<null>;
  #timer: Timer | undefined;
  #working = Promise.resolve();
  #isClosed = false;

  constructor(options: RemovedOptions) {
    this.#options = options;
    this.#served = options.store.collection({ name: "webhook-pipelines", indexes: [] });
  }

  /** Says at once that the pipeline is served, and looks for others an hour later: by then they have said so too. */
  open(): void {
    this.#work(() => this.#sayServed());
    this.#plan();
  }

  /** Waits for what is under way. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#working;
  }

  #plan(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#work(async () => {
        await this.#sayServed();
        await this.#forget();
      });
      this.#plan();
    }, lookEveryMs);
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => {
      const { log } = this.#options;
      log.warn({ cause: messageOf(error) }, "What removed webhooks left could not be looked for; trying again later.");
    });
  }

  #sayServed(): Promise<void> {
    const { clock, pipeline } = this.#options;
    return this.#served.put([{ key: pipeline, at: clock.now(), fields: {}, value: null }]);
  }

  async #forget(): Promise<void> {
    const { store, clock, log } = this.#options;
    const before = clock.now() - removedAfterMs;
    for (const { key: pipeline } of await this.#served.query({ to: before, limit: pageSize })) {
      if (this.#isClosed) return;
      const rows = webhookRows(store);
      const given = await this.#removeAll(rows, { where: { pipeline }, before });
      if (given > 0) {
        const sentence = "Messages that a webhook had answered 202 for were given up: their pipeline is no more.";
        log.warn({ pipeline, messages: given, days: 30 }, sentence);
      }
      await this.#removeAll(rows, { where: { answered: pipeline }, before });
      await this.#removeAll(webhookOwners(store), { where: { pipeline }, before });
      await this.#served.remove([pipeline]);
    }
  }

  /** Only what is old: a pipeline may come back at this moment. Answers how many there were. */
  async #removeAll<T>(rows: Collection<T>, { where, before }: { where: Row<T>["fields"]; before: number }) {
    for (let removed = 0; ;) {
      const found = await rows.query({ where, to: before, limit: pageSize });
      if (found.length > 0) removed += await rows.remove(found.map(({ key }) => key));
      if (found.length < pageSize) return removed;
    }
  }
}
