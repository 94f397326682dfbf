import {
  type Clock,
  type Collection,
  type Logger,
  messageOf,
  type NewRow,
  type Store,
  type Timer,
} from "@signalbox/core";
import type { DeviceTrack, StoredTrack } from "./device-track.ts";

/** What of one pipeline is to be written. */
export interface Changes {
  readonly changed: readonly DeviceTrack[];
  /** Devices whose rows are to be taken away. */
  readonly gone: readonly string[];
}

/** The rows of one pipeline. */
export interface ChangedRows {
  readonly pipeline: string;
  readonly hasChanges: boolean;
  /** Takes the changes out. */
  take(): Changes;
  /** They could not be stored. */
  giveBack(changes: Changes): void;
}

export interface WatermarkWriterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

const flushEveryMs = 1_000;
const retryAfterMs = 5_000;
const rowsPerCall = 500;

export function watermarksIn(store: Store): Collection<StoredTrack> {
  return store.collection<StoredTrack>({ name: "akenza-watermarks", indexes: ["pipeline"] });
}

export function watermarkKey(pipeline: string, device: string): string {
  return `${pipeline}/${device}`;
}

/**
 * Writes the rows of all pipelines of a connection, together about every second: ten thousand pipelines of a device each
 * cost no more calls and timers than one of ten thousand devices. A store that is away delays rows, never messages.
 */
export class WatermarkWriter {
  readonly #options: WatermarkWriterOptions;
  readonly #rows: Collection<StoredTrack>;
  readonly #noted = new Set<ChangedRows>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #following: Promise<void> | undefined;
  #isAway = false;

  constructor(options: WatermarkWriterOptions) {
    this.#options = options;
    this.#rows = watermarksIn(options.store);
  }

  /** Has the changes of a pipeline written soon. */
  note(rows: ChangedRows): void {
    this.#noted.add(rows);
    this.#timer ??= this.#arm(this.#isAway ? retryAfterMs : flushEveryMs);
  }

  /** Has them written now; resolves when all of them are stored, or were tried to be. Never rejects. */
  flush(rows: ChangedRows): Promise<void> {
    if (rows.hasChanges) this.#noted.add(rows);
    return this.#flush();
  }

  /** Plans no more. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#noted.clear();
  }

  #arm(delayMs: number): Timer {
    return this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      void this.#flush();
    }, delayMs);
  }

  // One write after the other; what is noted while one is under way goes into the next, which serves all who ask for it.
  #flush(): Promise<void> {
    this.#following ??= this.#writing.then(() => {
      this.#following = undefined;
      this.#writing = this.#write();
      return this.#writing;
    });
    return this.#following;
  }

  async #write(): Promise<void> {
    let waiting = [...this.#noted];
    this.#noted.clear();
    while (waiting.length > 0) {
      // A source that is replaced and the one in its place have the same rows: no call may hold a key twice.
      const first = new Map(waiting.toReversed().map((rows) => [rows.pipeline, rows]));
      await this.#writeAll([...first.values()]);
      waiting = waiting.filter((rows) => first.get(rows.pipeline) !== rows);
    }
  }

  async #writeAll(all: readonly ChangedRows[]): Promise<void> {
    const { log } = this.#options;
    const taken = all.map((rows) => ({ rows, changes: rows.take() }));
    try {
      await this.#store(taken);
      if (this.#isAway) log.info({}, "Watermarks are stored again.");
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway)
        log.warn({ cause: messageOf(error) }, "Watermarks cannot be stored; messages go on meanwhile.");
      this.#isAway = true;
      for (const { rows, changes } of taken) rows.giveBack(changes);
    }
  }

  // Rows are made a call's worth at a time: those of ten thousand devices at once would hold everything else up.
  async #store(taken: readonly Taken[]): Promise<void> {
    const gone = taken.flatMap(({ rows, changes }) =>
      changes.gone.map((device) => watermarkKey(rows.pipeline, device)),
    );
    for (const part of parts(gone)) await this.#rows.remove(part);
    const changed = taken.flatMap(({ rows, changes }) =>
      changes.changed.map((track) => ({ pipeline: rows.pipeline, track })),
    );
    for (const part of parts(changed)) await this.#rows.put(part.map((each) => this.#rowOf(each)));
  }

  #rowOf({ pipeline, track }: { pipeline: string; track: DeviceTrack }): NewRow<StoredTrack> {
    const key = watermarkKey(pipeline, track.device);
    return { key, at: this.#options.clock.now(), fields: { pipeline }, value: track.toStored() };
  }
}

interface Taken {
  readonly rows: ChangedRows;
  readonly changes: Changes;
}

function* parts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += rowsPerCall) yield all.slice(start, start + rowsPerCall);
}
