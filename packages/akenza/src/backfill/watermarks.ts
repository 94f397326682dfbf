import { type Clock, type Collection, type Logger, messageOf, type Store, type Timer } from "@signalbox/core";
import type { DeviceTrack, StoredTrack } from "./device-track.ts";

export interface WatermarksOptions {
  readonly pipeline: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

const flushEveryMs = 1_000;
const retryAfterMs = 5_000;
const rowsPerCall = 500;

/**
 * The rows of a pipeline's devices in the store: one each, written together about every second, the changed ones only.
 * A store that is away delays them, never the messages: what has settled and is not stored is sent again after a crash.
 */
export class Watermarks {
  readonly #options: WatermarksOptions;
  readonly #rows: Collection<StoredTrack>;
  readonly #changed = new Map<string, DeviceTrack>();
  readonly #gone = new Set<string>();
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isAway = false;
  #isClosed = false;

  constructor(options: WatermarksOptions) {
    this.#options = options;
    this.#rows = options.store.collection<StoredTrack>({ name: "akenza-watermarks", indexes: ["pipeline"] });
  }

  /** Every stored row, by device. Throws STORE_UNREACHABLE. */
  async load(): Promise<Map<string, StoredTrack>> {
    const { pipeline } = this.#options;
    const found = new Map<string, StoredTrack>();
    let after: { at: number; key: string } | undefined;
    for (;;) {
      const page = await this.#rows.query({
        where: { pipeline },
        limit: rowsPerCall,
        ...(after === undefined ? {} : { after }),
      });
      for (const { key, value } of page) found.set(key.slice(pipeline.length + 1), value);
      after = page.at(-1);
      if (page.length < rowsPerCall) return found;
    }
  }

  /** Has the row written soon. */
  changed(track: DeviceTrack): void {
    this.#changed.set(track.device, track);
    if (this.#timer === undefined && !this.#isClosed) this.#arm(flushEveryMs);
  }

  /** Has the row taken away soon. */
  removed(device: string): void {
    this.#changed.delete(device);
    this.#gone.add(device);
    if (this.#timer === undefined && !this.#isClosed) this.#arm(flushEveryMs);
  }

  /** The device is followed again: its row, if there is one, is about to be written anew. */
  kept(device: string): void {
    this.#gone.delete(device);
  }

  /** Writes what there is to write; never throws. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#changed.size === 0 && this.#gone.size === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  /** Writes a last time and plans no more; what settles later is written by the next `flush` or `close`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.flush();
  }

  #arm(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      void this.flush();
    }, delayMs);
  }

  async #write(): Promise<void> {
    const { log, pipeline } = this.#options;
    const gone = [...this.#gone];
    const changed = [...this.#changed.values()];
    this.#gone.clear();
    this.#changed.clear();
    for (const track of changed) track.isChanged = false;
    try {
      for (const part of parts(gone)) await this.#rows.remove(part.map((device) => this.#keyOf(device)));
      for (const part of parts(changed)) await this.#rows.put(part.map((track) => this.#rowOf(track)));
      if (this.#isAway) log.info({ pipeline }, "Watermarks are stored again.");
      this.#isAway = false;
    } catch (error) {
      for (const device of gone) if (!this.#changed.has(device)) this.#gone.add(device);
      for (const track of changed) if (!this.#gone.has(track.device)) this.#changed.set(track.device, track);
      if (!this.#isAway)
        log.warn({ pipeline, cause: messageOf(error) }, "Watermarks cannot be stored; messages go on meanwhile.");
      this.#isAway = true;
    }
    if (this.#isClosed || this.#timer !== undefined) return;
    if (this.#changed.size > 0 || this.#gone.size > 0) this.#arm(this.#isAway ? retryAfterMs : flushEveryMs);
  }

  #rowOf(track: DeviceTrack) {
    const { pipeline, clock } = this.#options;
    return { key: this.#keyOf(track.device), at: clock.now(), fields: { pipeline }, value: track.toStored() };
  }

  #keyOf(device: string): string {
    return `${this.#options.pipeline}/${device}`;
  }
}

function* parts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += rowsPerCall) yield all.slice(start, start + rowsPerCall);
}
