import type { Lanes, LaneSize } from "../ports/store.ts";
import type { Queue } from "../ports/queue.ts";
import type { BatchOptions, ParkedLimit } from "../config/model.ts";
import { BatchIds } from "./batch-ids.ts";
import { atRest, type Entry, type FirstOfRow, groupEntries, type Parking } from "./lane-groups.ts";
import { batchRow, keyRow, lanePrefix, laneTopic, messageRow, partitionOf, wakeUp } from "./lane-names.ts";
import { LaneWriter } from "./lane-writer.ts";
import { type Persistence, persist } from "./persist.ts";
import type { SinkStatus } from "./status.ts";
import type { Write } from "./write.ts";

export interface ParkedWritesOptions {
  readonly pipeline: string;
  readonly sink: string;
  readonly lanes: Lanes;
  readonly queue: Queue;
  readonly persistence: Persistence;
}

/** How the sink's present revision parks. */
export interface ParkedOptions {
  /** What may wait in the store; beyond it a write waits in memory, unparked. Undefined: whatever must. */
  readonly limit: ParkedLimit | undefined;
  /** Undefined where messages are not written in batches that the author asked for. */
  readonly batch: BatchOptions | undefined;
}

/**
 * The parked writes of one sink: puts writes into lanes, in order, and knows which keys have parked ones, so that a
 * later write of such a key lines up behind them instead of overtaking. Reading them back is lane-runner.ts.
 */
export class ParkedWrites {
  readonly #options: ParkedWritesOptions;
  readonly #prefix: string;
  readonly #writer: LaneWriter;
  /** Rows of ordering keys with entries in the store, or on their way there. */
  readonly #rows = new Map<string, number>();
  /** Rows that the lane runner emptied while a write was on its way to them: nobody would look at it but for a wake-up. */
  readonly #emptied = new Set<string>();
  readonly #size = { count: 0, bytes: 0 };
  readonly #batchIds = new BatchIds();
  /** The append that brought a batch its latest member, until the batch is closed. */
  readonly #latestOf = new Map<string, number>();
  /** Appends begun, and those that are over. */
  readonly #appends = { begun: 0, over: 0 };
  #pending: Pending[] = [];
  #appending: Promise<void> | undefined;
  #use: ParkedOptions = { limit: undefined, batch: undefined };

  constructor(options: ParkedWritesOptions) {
    this.#options = options;
    this.#prefix = lanePrefix(options.pipeline, options.sink);
    this.#writer = new LaneWriter({ what: "parked messages", ...options });
  }

  /** Learns what an earlier run left; answers the lanes to wake. */
  async load(): Promise<readonly LaneSize[]> {
    const { lanes } = this.#options;
    const sizes = await lanes.list(this.#prefix);
    const rows = await Promise.all(sizes.map(({ lane }) => lanes.rows(lane)));
    for (const row of rows.flat()) if (!this.#rows.has(row)) this.#rows.set(row, 0);
    this.#size.count = sizes.reduce((sum, { entries }) => sum + entries, 0);
    this.#size.bytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    return sizes;
  }

  get size(): SinkStatus["parkedSize"] {
    return { ...this.#size, isFull: this.#isFull };
  }

  /** Whether writes of `key` must line up behind parked ones. */
  has(key: string | undefined): boolean {
    if (key === undefined || this.#rows.size === 0) return false;
    return this.#rows.has(batchRow) || this.#rows.has(keyRow(key));
  }

  /** From now on writes are parked like that. */
  use(options: ParkedOptions): void {
    this.#use = options;
    this.#appendPending();
  }

  /** The id of a batch that is parked as it was tried. */
  nextBatch(): string {
    return this.#batchIds.next();
  }

  /** What a reading of the store that begins now is sure to see, for `closeBatch`. */
  get seen(): number {
    return this.#appends.over;
  }

  /**
   * From now on nothing joins a batch. Answers whether it may have members that a reading does not have, which saw what
   * `seen` said before it: then the row is to be read again.
   */
  async closeBatch(id: string, seen: number): Promise<boolean> {
    const isOpen = this.#batchIds.close(id);
    // Also a batch that is full, or that another one follows already, may have got a member since.
    if (!isOpen && (this.#latestOf.get(id) ?? 0) <= seen) {
      this.#latestOf.delete(id);
      return false;
    }
    await this.#appending;
    return true;
  }

  /**
   * Parks a write; resolves when that is durable, which waits for room where the limit is reached. Calls keep their order
   * per row. With `first`, the write is the first of its row and due then; without, it lines up behind others, whose
   * wake-up serves it too.
   */
  park(write: Write, first?: FirstOfRow): Promise<void> {
    const row = this.#rowOf(write);
    if (write.key !== undefined) this.#rows.set(row, (this.#rows.get(row) ?? 0) + 1);
    return new Promise((done, lost) => {
      this.#pending.push({ write, first, lane: this.#laneOf(row), row, done, lost });
      this.#appendPending();
    });
  }

  /** The row of a parked write is due now. Rejects only when the engine's stop has run out of time. */
  async hasten(write: Write): Promise<void> {
    const { lanes, queue, persistence } = this.#options;
    const now = persistence.clock.now();
    const row = this.#rowOf(write);
    const lane = this.#laneOf(row);
    await persist("a retry", () => lanes.defer(lane, row, { dueAt: now, attempts: 0 }), persistence);
    await persist("a lane's wake-up", () => queue.add(laneTopic, [wakeUp(lane, now)]), persistence);
  }

  /** Every lane is looked at now. Rejects as `hasten` does. */
  async wakeAll(): Promise<void> {
    if (this.#size.count === 0) return;
    const { lanes, queue, persistence } = this.#options;
    const now = persistence.clock.now();
    const found = await persist("a look at the lanes", () => lanes.list(this.#prefix), persistence);
    const jobs = found.map(({ lane }) => wakeUp(lane, now));
    await persist("wake-ups of lanes", () => queue.add(laneTopic, jobs), persistence);
  }

  /**
   * The lane runner has removed entries from a row in the store, which has `left` now. Unless a write is on its way to an
   * emptied row, its key is free again.
   */
  removed(row: string, left: number, values: readonly string[]): void {
    this.#size.count -= values.length;
    for (const value of values) this.#size.bytes -= Buffer.byteLength(value);
    if (left === 0) {
      if ((this.#rows.get(row) ?? 0) > 0) this.#emptied.add(row);
      else this.#rows.delete(row);
    }
    this.#appendPending();
  }

  get #isFull(): boolean {
    const { count, bytes } = this.#use.limit ?? { count: Infinity, bytes: Infinity };
    return this.#size.count >= count || this.#size.bytes >= bytes;
  }

  // Members of a batch are of several keys and wait together; what an earlier revision parked otherwise goes first.
  #rowOf({ key, message }: Write): string {
    if (key !== undefined && this.#rows.has(keyRow(key))) return keyRow(key);
    if (this.#use.batch !== undefined || (key !== undefined && this.#rows.has(batchRow))) return batchRow;
    return key === undefined ? messageRow(message) : keyRow(key);
  }

  #laneOf(row: string): string {
    return `${this.#prefix}${partitionOf(row)}`;
  }

  #appendPending(): void {
    if (this.#appending === undefined && this.#pending.length > 0 && !this.#isFull) this.#appending = this.#append();
  }

  async #append(): Promise<void> {
    // What is parked in one turn goes to the store in one call: nobody may find a batch that was tried in part.
    await Promise.resolve();
    while (this.#pending.length > 0 && !this.#isFull) {
      const batch = this.#takePending();
      try {
        await this.#appendBatch(batch);
        for (const each of batch) {
          this.#appended(each);
          each.done();
        }
      } catch (error) {
        for (const { lost } of batch) lost(error);
      }
      this.#appends.over = this.#appends.begun;
    }
    this.#appending = undefined;
  }

  // What is taken counts from here on: it is on its way to the store. A batch that was tried goes there as a whole.
  #takePending(): readonly Taken[] {
    const now = this.#options.persistence.clock.now();
    const taken: Taken[] = [];
    this.#appends.begun += 1;
    for (const pending of this.#pending) {
      const { first } = pending;
      const isMember = first?.batch !== undefined && first.batch === taken.at(-1)?.first?.batch;
      if (this.#isFull && !isMember) break;
      const id = this.#batchOf(pending);
      if (id !== undefined) this.#latestOf.set(id, this.#appends.begun);
      const value = atRest(pending, now, id);
      this.#size.count += 1;
      this.#size.bytes += Buffer.byteLength(value);
      taken.push({ ...pending, value });
    }
    this.#pending = this.#pending.slice(taken.length);
    return taken;
  }

  #batchOf({ write, first }: Parking): string | undefined {
    const { batch } = this.#use;
    if (batch === undefined || first?.batch !== undefined) return first?.batch;
    return this.#batchIds.join(Buffer.byteLength(JSON.stringify(write.message.body) ?? ""), batch);
  }

  #appended({ write, row }: Taken): void {
    if (write.key === undefined) return;
    this.#rows.set(row, (this.#rows.get(row) ?? 1) - 1);
  }

  async #appendBatch(batch: readonly Taken[]): Promise<void> {
    const { queue, persistence } = this.#options;
    const wakeAt = new Map<string, number>();
    for (const { lane, state, isWaking, entries } of groupEntries(batch, persistence.clock.now())) {
      await this.#writer.append(lane, entries, state);
      const wasEmptied = entries.filter(({ row }) => this.#emptied.delete(row)).length > 0;
      if (isWaking || wasEmptied) wakeAt.set(lane, Math.min(state.dueAt, wakeAt.get(lane) ?? Infinity));
    }
    if (wakeAt.size === 0) return;
    const jobs = [...wakeAt].map(([lane, runAt]) => wakeUp(lane, runAt));
    await persist("wake-ups of lanes", () => queue.add(laneTopic, jobs), persistence);
  }
}

interface Pending extends Omit<Entry, "value"> {
  readonly done: () => void;
  readonly lost: (error: unknown) => void;
}

type Taken = Pending & Entry;
