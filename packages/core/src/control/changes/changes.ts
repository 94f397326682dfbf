// The audit: who did what to an engine, from where, when, and what came of it. Not here: which actions there are (routes.ts).
import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../clock.ts";
import { messageOf } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import type { Collection, Store } from "../../ports/store.ts";
import type { Retention } from "../../retention.ts";
import { given } from "../given.ts";
import type { Change, ChangeList, ChangeQuery } from "./change.ts";

export interface ChangesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keep: Retention;
}

const pruneEveryMs = 3_600_000;

/** What was done, kept in the store by age and count. */
export class Changes {
  readonly #rows: Collection<Change>;
  readonly #options: ChangesOptions;
  #timer: Timer | undefined;
  #pruning: Promise<void> = Promise.resolve();

  constructor(options: ChangesOptions) {
    this.#options = options;
    this.#rows = options.store.collection({ name: "changes", indexes: ["action", "by", "outcome"] });
  }

  /** Begins to throw away what is too old or too much. */
  open(): void {
    this.#pruning = this.#prune();
    this.#timer = this.#options.clock.setTimer(() => this.open(), pruneEveryMs);
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#pruning;
  }

  /**
   * Keeps what was done. Never rejects: it is done, whether the store takes the note or not; one that it does not take is in
   * the log alone.
   */
  async note(done: Omit<Change, "id" | "at">): Promise<void> {
    const { clock, log } = this.#options;
    const at = clock.now();
    const change: Change = { id: randomUUID(), at: new Date(at).toISOString(), ...done };
    const { id, action, by, outcome } = change;
    log.info({ ...done }, "Somebody acted.");
    try {
      await this.#rows.insert([{ key: id, at, fields: { action, by, outcome }, value: change }]);
    } catch (error) {
      log.error({ ...done, cause: messageOf(error) }, "What was done could not be noted in the store.");
    }
  }

  async list(query: ChangeQuery): Promise<ChangeList> {
    const { action, by, outcome, since, until, after, limit, oldestFirst = false } = query;
    const rows = await this.#rows.query({
      where: given({ action, by, outcome }),
      ...given({ from: since, to: until }),
      ...(after !== undefined && { after: { at: Date.parse(after.at), key: after.key } }),
      newestFirst: !oldestFirst,
      // One more than asked for tells whether there is more.
      limit: limit + 1,
    });
    const changes = rows.slice(0, limit).map(({ value }) => value);
    const last = changes.at(-1);
    return rows.length > changes.length && last !== undefined
      ? { changes, next: `${last.at},${last.id}` }
      : { changes };
  }

  async #prune(): Promise<void> {
    const { clock, log, keep } = this.#options;
    try {
      await this.#rows.prune({ before: clock.now() - keep.ageMs, keep: keep.rows });
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "Old entries of the audit could not be removed; they are in an hour.");
    }
  }
}
