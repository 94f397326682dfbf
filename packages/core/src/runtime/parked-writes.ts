import type { Lanes, LaneSize, RowState } from "../ports/store.ts";
import type { Queue } from "../ports/queue.ts";
import type { Message } from "../message.ts";
import { type Persistence, persist } from "./persist.ts";
import type { Write } from "./write.ts";

/** A write at rest. `original` is left out where the sink's message is the source's. */
export interface ParkedWrite {
  readonly message: Message;
  readonly original?: Message;
  /** ISO 8601. */
  readonly parkedAt: string;
}

/** The queue topic whose jobs wake lanes; a job's id and data name its lane. */
export const laneTopic = "lanes";

const partitions = 16;

/** `parked/<pipeline>/<sink>/`, the names of a sink's lanes up to their partition. */
export function lanePrefix(pipeline: string, sink: string): string {
  return `parked/${pipeline}/${sink}/`;
}

/** The pipeline and sink of a lane's name; undefined for lanes of other kinds. */
export function sinkOfLane(lane: string): { pipeline: string; sink: string } | undefined {
  const [kind, pipeline, sink, partition] = lane.split("/");
  return kind === "parked" && pipeline !== undefined && sink !== undefined && partition !== undefined
    ? { pipeline, sink }
    : undefined;
}

export interface ParkedWritesOptions {
  readonly pipeline: string;
  readonly sink: string;
  readonly lanes: Lanes;
  readonly queue: Queue;
  readonly persistence: Persistence;
}

/**
 * The parked writes of one sink: puts writes into lanes, in order, and knows which keys have parked ones, so that a
 * later write of such a key lines up behind them instead of overtaking. Reading them back is lane-runner.ts.
 */
export class ParkedWrites {
  readonly #options: ParkedWritesOptions;
  readonly #prefix: string;
  /** Rows of ordering keys with entries in the store, or on their way there. */
  readonly #rows = new Map<string, number>();
  /** Rows that the lane runner emptied while a write was on its way to them: nobody would look at it but for a wake-up. */
  readonly #emptied = new Set<string>();
  #pending: Pending[] = [];
  #isAppending = false;

  constructor(options: ParkedWritesOptions) {
    this.#options = options;
    this.#prefix = lanePrefix(options.pipeline, options.sink);
  }

  /** Learns what an earlier run left; answers the lanes to wake. */
  async load(): Promise<readonly LaneSize[]> {
    const { lanes } = this.#options;
    const sizes = await lanes.list(this.#prefix);
    for (const { lane } of sizes) {
      for (const row of await lanes.rows(lane)) if (!this.#rows.has(row)) this.#rows.set(row, 0);
    }
    return sizes;
  }

  /** Whether writes of `key` must line up behind parked ones. */
  has(key: string | undefined): boolean {
    return key !== undefined && this.#rows.has(keyRow(key));
  }

  /**
   * Parks a write; resolves when that is durable. Calls keep their order per row. With `state`, the write is the first
   * of its row and due then; without, it lines up behind others, whose wake-up serves it too.
   */
  park(write: Write, state?: RowState): Promise<void> {
    const row = rowOf(write);
    if (write.key !== undefined) this.#rows.set(row, (this.#rows.get(row) ?? 0) + 1);
    return new Promise((done, lost) => {
      this.#pending.push({ write, state, done, lost });
      if (!this.#isAppending) void this.#append();
    });
  }

  /** The lane runner has emptied a row in the store: unless a write is on its way there, its key is free again. */
  rowEmptied(row: string): void {
    if ((this.#rows.get(row) ?? 0) > 0) this.#emptied.add(row);
    else this.#rows.delete(row);
  }

  async #append(): Promise<void> {
    this.#isAppending = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        await this.#appendBatch(batch);
        for (const { write, done } of batch) {
          this.#appended(write);
          done();
        }
      } catch (error) {
        for (const { lost } of batch) lost(error);
      }
    }
    this.#isAppending = false;
  }

  #appended(write: Write): void {
    if (write.key === undefined) return;
    const row = rowOf(write);
    this.#rows.set(row, (this.#rows.get(row) ?? 1) - 1);
  }

  async #appendBatch(batch: readonly Pending[]): Promise<void> {
    const { lanes, queue, persistence } = this.#options;
    for (const { lane, state, isWaking, entries } of this.#groups(batch)) {
      await persist("parked messages", () => lanes.append(lane, entries, state), persistence);
      const wasEmptied = entries.some(({ row }) => this.#emptied.delete(row));
      if (!isWaking && !wasEmptied) continue;
      await persist("a lane's wake-up", () => queue.add(laneTopic, [wakeUp(lane, state.dueAt)]), persistence);
    }
  }

  #groups(batch: readonly Pending[]): Iterable<LaneGroup> {
    const now = this.#options.persistence.clock.now();
    const parkedAt = new Date(now).toISOString();
    const groups = new Map<string, LaneGroup>();
    for (const { write, state } of batch) {
      const row = rowOf(write);
      const lane = `${this.#prefix}${hash(row) % partitions}`;
      const name = state === undefined ? lane : `${lane} ${state.dueAt} ${state.attempts}`;
      const group = groups.get(name) ?? {
        lane,
        state: state ?? { dueAt: now, attempts: 0 },
        isWaking: state !== undefined,
        entries: [],
      };
      group.entries.push({ row, value: JSON.stringify(atRest(write, parkedAt)) });
      groups.set(name, group);
    }
    return groups.values();
  }
}

interface Pending {
  readonly write: Write;
  readonly state: RowState | undefined;
  readonly done: () => void;
  readonly lost: (error: unknown) => void;
}

interface LaneGroup {
  readonly lane: string;
  readonly state: RowState;
  readonly isWaking: boolean;
  readonly entries: { row: string; value: string }[];
}

/** The job that wakes a lane at `runAt`. */
export function wakeUp(lane: string, runAt: number): { id: string; data: { lane: string }; runAt: number } {
  return { id: lane, data: { lane }, runAt };
}

function atRest(write: Write, parkedAt: string): ParkedWrite {
  const { message, owner } = write;
  return owner.original === message ? { message, parkedAt } : { message, original: owner.original, parkedAt };
}

// Keys and message ids share a lane's rows: the prefix keeps a device named like a message id apart from it.
function keyRow(key: string): string {
  return `key:${key}`;
}

function rowOf(write: Write): string {
  return write.key === undefined ? `message:${write.message.id}` : keyRow(write.key);
}

/** FNV-1a, 32 bits: spreads rows over partitions; nothing else depends on it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
