// What a webhook has answered 202 for and the pipeline has not settled: kept in the store, taken over from engines that
// died, removed in bulk. Not here: requests and answers (webhook.ts), and what becomes of a message in the pipeline.
import type { Clock, Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { Collection, NewRow, Row, Store } from "../../ports/store.ts";
import { createBulk } from "./bulk.ts";
import { notTaken } from "./webhook-answers.ts";
import type { Incoming } from "./webhook-message.ts";
import { WebhookOwner } from "./webhook-owners.ts";
import { isAnswered, rowKey, type UnderWay, type WebhookRow, webhookRows } from "./webhook-rows.ts";

export interface IntakeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pipeline: string;
  /** Takes a message that another owner left; resolves when there is room for the next. */
  readonly deliver: (left: UnderWay) => Promise<void>;
}

const beatMs = 5_000;
const pageSize = 100;

export class WebhookIntake {
  readonly #options: IntakeOptions;
  readonly #owner: WebhookOwner;
  readonly #rows: Collection<WebhookRow>;
  readonly #insert: (incoming: Incoming) => Promise<boolean>;
  // Settled, and not yet out of the store; tried again at each beat.
  readonly #leaving = new Set<string>();
  // Perhaps in the store, though their senders were told that they are not; looked for at each beat.
  readonly #doubtful = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #keeping = new Set<Promise<unknown>>();
  readonly #caughtUp: Promise<void>;
  #catchUp = (): void => undefined;
  #hasCaughtUp = false;
  // The `at` of the newest row; the next one gets a greater one, whatever the clock says.
  #newestAt: number | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#rows = webhookRows(options.store);
    this.#owner = new WebhookOwner(options);
    this.#caughtUp = new Promise((resolve) => void (this.#catchUp = resolve));
    this.#insert = createBulk(async (all) => {
      await this.#begin();
      return this.#rows.insert(all.map((incoming) => this.#rowOf(incoming)));
    });
  }

  /** Begins to beat, and to take over what owners before this one left. A store that does not answer is asked again. */
  open(): void {
    this.#start("take over", () => this.#takeOver());
    this.#plan();
  }

  /**
   * Resolves once what was there to be taken over has been handed on, or at `close`: what comes anew belongs behind it. What
   * a killed owner left, which may be alive still, comes later.
   */
  get caughtUp(): Promise<void> {
    return this.#caughtUp;
  }

  get hasCaughtUp(): boolean {
    return this.#hasCaughtUp;
  }

  /**
   * Resolves once the message is as durable as the store can make it and ours to deliver: with undefined. With the row of
   * an earlier request of that id, when there is one that another source answered for, or that is answered for good.
   */
  async keep(incoming: Incoming): Promise<WebhookRow | undefined> {
    if (this.#isClosed) throw notTaken();
    const kept = this.#keep(incoming);
    this.#keeping.add(kept);
    try {
      return await kept;
    } finally {
      this.#keeping.delete(kept);
    }
  }

  /** The message is settled and its id not remembered: it may go. In the background; until then a restart delivers it. */
  release(id: string): void {
    this.#leaving.add(this.#keyOf(id));
    this.#start("remove", () => this.#removeSettled());
  }

  /** Waits for what is under way, and leaves the rest to the next owner at once. Idempotent; later calls wait too. */
  async close(): Promise<void> {
    const wasClosed = this.#isClosed;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#catchUp();
    await Promise.all(this.#working.values());
    if (wasClosed) return;
    // A row that came after its owner had left would come to the next one after newer ones.
    await Promise.allSettled(this.#keeping);
    this.#start("remove", () => this.#removeSettled());
    this.#start("beat", () => this.#owner.leave());
    await Promise.all(this.#working.values());
  }

  #keyOf(id: string): string {
    return rowKey(this.#options.pipeline, id);
  }

  async #keep(incoming: Incoming): Promise<WebhookRow | undefined> {
    const key = this.#keyOf(incoming.message.id);
    // An earlier message of that id may be on its way out of the store, and must not take this one with it.
    if (this.#leaving.has(key)) await this.#working.get("remove");
    this.#leaving.delete(key);
    const isSecondTry = this.#doubtful.delete(key);
    try {
      const first = await this.#insertOrFind(incoming);
      return first !== undefined && isSecondTry && this.#isOurs(first) ? undefined : first;
    } catch (error) {
      this.#doubtful.add(key);
      throw error;
    }
  }

  /** Before the first row of this owner: says that it lives, and finds where the order of what is kept goes on. */
  async #begin(): Promise<void> {
    if (this.#newestAt !== undefined) return;
    await this.#owner.beat();
    const where = { pipeline: this.#options.pipeline };
    const [newest] = await this.#rows.query({ where, newestFirst: true, limit: 1 });
    this.#newestAt ??= newest?.at ?? 0;
  }

  #rowOf({ message, identity }: Incoming): NewRow<WebhookRow> {
    const { clock, pipeline } = this.#options;
    const at = Math.max(clock.now(), (this.#newestAt ?? 0) + 1);
    this.#newestAt = at;
    const value = { owner: this.#owner.id, message, ...(identity !== undefined && { identity }) };
    return { key: this.#keyOf(message.id), at, fields: { pipeline }, value };
  }

  async #insertOrFind(incoming: Incoming): Promise<WebhookRow | undefined> {
    if (await this.#insert(incoming)) return undefined;
    const first = (await this.#rows.get(this.#keyOf(incoming.message.id)))?.value;
    // It went away just now.
    return first ?? this.#insertOrFind(incoming);
  }

  #isOurs(row: WebhookRow): boolean {
    return !isAnswered(row) && row.owner === this.#owner.id;
  }

  #plan(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#start("beat", () => this.#owner.beat());
      this.#start("remove", () => this.#removeSettled());
      this.#start("look", () => this.#clearDoubts());
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

  async #removeSettled(): Promise<void> {
    while (this.#leaving.size > 0) {
      const keys = [...this.#leaving];
      await this.#rows.remove(keys);
      for (const key of keys) this.#leaving.delete(key);
    }
  }

  /** Takes out what a lost answer of the store left behind; the row of an earlier request of that id stays. */
  async #clearDoubts(): Promise<void> {
    for (const key of this.#doubtful) {
      const row = await this.#rows.get(key);
      // A second try of its sender may have come meanwhile.
      if (this.#doubtful.delete(key) && row !== undefined && this.#isOurs(row.value)) this.#leaving.add(key);
    }
    if (this.#leaving.size > 0) this.#start("remove", () => this.#removeSettled());
  }

  async #takeOver(): Promise<void> {
    await this.#begin();
    const where = { pipeline: this.#options.pipeline };
    const { alive, dead } = await this.#owner.look();
    let after: { at: number; key: string } | undefined;
    do {
      const rows = await this.#rows.query({ where, limit: pageSize, ...(after === undefined ? {} : { after }) });
      for (const row of rows) {
        if (this.#isClosed) return;
        if (!isAnswered(row.value) && !alive.has(row.value.owner)) await this.#claim(row, row.value);
      }
      after = rows.length < pageSize ? undefined : rows.at(-1);
    } while (after !== undefined);
    this.#hasCaughtUp = true;
    this.#catchUp();
    await this.#owner.bury(dead);
  }

  async #claim({ key, version }: Row<WebhookRow>, left: UnderWay): Promise<void> {
    // Engines that see the same death compete for each message; one of them wins.
    const value = { ...left, owner: this.#owner.id };
    if (!(await this.#rows.replace(key, version, { value }))) return;
    await this.#options.deliver(value);
  }
}
