/**
 * The store port: what a queue cannot be asked. Lanes hold parked messages in order; collections hold rows by unique key.
 * Not here: waking anyone (queue.ts), or what the rows mean (their owners: ledgers, dead letters, intake).
 *
 * Every promise resolves only when the change is as durable as the store can make it. A failing store rejects with
 * STORE_UNREACHABLE (retryable); it never answers half.
 */
export interface Store {
  readonly kind: "redis" | "postgres" | "embedded" | "memory";
  /** Connects, creates or upgrades the schema. */
  open(signal?: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
  /** What weakens durability here (Redis without AOF, an evicting policy ...), as sentences for the log; empty is good. */
  durabilityWarnings(): Promise<readonly string[]>;
  readonly lanes: Lanes;
  /** The same collection for the same name; `indexes` must be the same each time. */
  collection<T>(definition: CollectionDefinition): Collection<T>;
}

// ---- lanes -----------------------------------------------------------------------------------------------------------

/**
 * Lanes of parked entries. A lane has rows (one per ordering key), a row has entries in order of arrival and one state:
 * when it is due and how often its head was tried. A failing row waits alone; the other rows of its lane go on.
 * A row without entries does not exist.
 */
export interface Lanes {
  /**
   * Appends entries at the tail of their rows, in the order given. A row that did not exist starts with `state`;
   * one that did keeps its own. With `token`, a repetition of an append that was carried out changes nothing.
   */
  append(lane: string, entries: readonly NewLaneEntry[], state: RowState, token?: AppendToken): Promise<void>;
  /** Rows due at `now`, the longest due first, each with up to `entriesPerRow` entries from its head. */
  due(lane: string, now: number, limit: { rows: number; entriesPerRow: number }): Promise<readonly DueRow[]>;
  /**
   * Removes entries (by `seq`) from a row; the row's next head starts with `state`. Unknown seqs are ignored.
   * Answers how many entries the row has left.
   */
  remove(lane: string, row: string, seqs: readonly number[], state: RowState): Promise<number>;
  /** Puts a row off. Nothing happens if the row does not exist. */
  defer(lane: string, row: string, state: RowState): Promise<void>;
  /** When the earliest row of the lane is due; undefined for an empty lane. */
  nextDue(lane: string): Promise<number | undefined>;
  /** All rows of a lane (their keys), in no order. */
  rows(lane: string): Promise<readonly string[]>;
  /** Names of the non-empty lanes that start with `prefix`, and their sizes. */
  list(prefix: string): Promise<readonly LaneSize[]>;
}

export interface NewLaneEntry {
  readonly row: string;
  /** The entry, serialised by its owner. */
  readonly value: string;
}

/** Names one append, for a writer that does not know whether the store has taken it. Good for a day at least. */
export interface AppendToken {
  /** Unlike any other writer's. A writer appends to a lane one call after the other. */
  readonly writer: string;
  /** Grows with each append of the writer. */
  readonly number: number;
}

export interface RowState {
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** How often the head was tried without success. */
  readonly attempts: number;
}

export interface DueRow extends RowState {
  readonly row: string;
  readonly entries: readonly LaneEntry[];
}

export interface LaneEntry {
  /** Grows with each entry of a lane; identifies the entry in its row. */
  readonly seq: number;
  readonly value: string;
}

export interface LaneSize {
  readonly lane: string;
  readonly entries: number;
  readonly rows: number;
  readonly bytes: number;
}

// ---- collections -----------------------------------------------------------------------------------------------------

export interface CollectionDefinition {
  /** Lower-case kebab case; part of keys in the store. */
  readonly name: string;
  /** Names of fields that `query` and `count` may ask for by equality. */
  readonly indexes: readonly string[];
}

/** Rows of one kind, by unique key. `at` is the time a row belongs to and orders queries; `value` is JSON. */
export interface Collection<T> {
  /** Adds rows whose keys are new; answers per row, in order, whether it was added. An existing row is left untouched. */
  insert(rows: readonly NewRow<T>[]): Promise<readonly boolean[]>;
  get(key: string): Promise<Row<T> | undefined>;
  /** The rows of these keys, in order; undefined for one that is not there. */
  getMany(keys: readonly string[]): Promise<readonly (Row<T> | undefined)[]>;
  /** Changes a row if its version is still `version`; false when it changed meanwhile or is gone. */
  replace(key: string, version: number, change: RowChange<T>): Promise<boolean>;
  /** The same for many rows, in one call: answers per row, in order, whether it was changed. Their keys differ. */
  replaceMany(changes: readonly RowReplacement<T>[]): Promise<readonly boolean[]>;
  /** Adds or overwrites, whatever was there. The keys of one call differ. */
  put(rows: readonly NewRow<T>[]): Promise<void>;
  /** Answers how many existed. */
  remove(keys: readonly string[]): Promise<number>;
  /** Rows that match every field of `where`, ordered by (at, key), oldest first unless `newestFirst`. */
  query(query: Query): Promise<readonly Row<T>[]>;
  count(where?: Readonly<Record<string, string>>): Promise<number>;
  /** Removes rows older than `before`, then the oldest beyond `keep`; answers how many. */
  prune(limit: { before?: number; keep?: number }): Promise<number>;
}

export interface NewRow<T> {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Values of the indexed fields. */
  readonly fields: Readonly<Record<string, string>>;
  readonly value: T;
}

export interface RowChange<T> {
  /** Only the given ones change. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly value: T;
}

export interface RowReplacement<T> extends RowChange<T> {
  readonly key: string;
  /** The version that is to be changed. */
  readonly version: number;
}

export interface Row<T> extends NewRow<T> {
  /** 1 when inserted, one more with each change. */
  readonly version: number;
}

export interface Query {
  readonly where?: Readonly<Record<string, string>>;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
  readonly newestFirst?: boolean;
  readonly limit: number;
  /** Continue behind this row of an earlier answer. */
  readonly after?: { readonly at: number; readonly key: string };
}
