import type { Store } from "@signalbox/core";
import type { DeviceTrack, StoredTrack } from "./device-track.ts";
import {
  type ChangedRows,
  type Changes,
  type WatermarkWriter,
  watermarkKey,
  watermarksIn,
} from "./watermark-writer.ts";

export interface WatermarksOptions {
  readonly pipeline: string;
  readonly store: Store;
  readonly writer: WatermarkWriter;
}

const rowsPerCall = 500;

/**
 * The rows of a pipeline's devices in the store, one each, of which the changed ones are written (watermark-writer.ts).
 * What has settled and is not stored is sent again after a crash.
 */
export class Watermarks implements ChangedRows {
  readonly pipeline: string;
  readonly #options: WatermarksOptions;
  /** By device; like `gone` made anew when it is needed, for most pipelines of an engine have nothing to write. */
  #changed: Map<string, DeviceTrack> | undefined;
  /** Devices whose rows are to be taken away. */
  #gone: Set<string> | undefined;
  #isClosed = false;

  constructor(options: WatermarksOptions) {
    this.pipeline = options.pipeline;
    this.#options = options;
  }

  /** Every stored row, by device. Throws STORE_UNREACHABLE. */
  async load(): Promise<Map<string, StoredTrack>> {
    const { pipeline, store } = this.#options;
    const rows = watermarksIn(store);
    const prefix = watermarkKey(pipeline, "");
    const found = new Map<string, StoredTrack>();
    let after: { at: number; key: string } | undefined;
    for (;;) {
      const where = { pipeline };
      const page = await rows.query({ where, limit: rowsPerCall, ...(after === undefined ? {} : { after }) });
      for (const { key, value } of page) found.set(key.slice(prefix.length), value);
      after = page.at(-1);
      if (page.length < rowsPerCall) return found;
    }
  }

  /** Has the row written soon. */
  changed(track: DeviceTrack): void {
    (this.#changed ??= new Map()).set(track.device, track);
    this.#note();
  }

  /** Has the row taken away soon. */
  removed(device: string): void {
    this.#changed?.delete(device);
    (this.#gone ??= new Set()).add(device);
    this.#note();
  }

  /** The device is followed again: its row, if there is one, is about to be written anew. */
  kept(device: string): void {
    this.#gone?.delete(device);
  }

  /** Writes what there is to write; never throws. */
  async flush(): Promise<void> {
    await this.#options.writer.flush(this);
  }

  /** Writes a last time and plans no more; what settles later is written by the next `flush` or `close`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  get hasChanges(): boolean {
    return this.#changed !== undefined || this.#gone !== undefined;
  }

  take(): Changes {
    const changed = [...(this.#changed?.values() ?? [])];
    const gone = [...(this.#gone ?? [])];
    this.#changed = undefined;
    this.#gone = undefined;
    for (const track of changed) track.isChanged = false;
    return { changed, gone };
  }

  giveBack({ changed, gone }: Changes): void {
    const newer = { changed: this.#changed, gone: this.#gone };
    for (const track of changed) if (newer.gone?.has(track.device) !== true) this.changed(track);
    for (const device of gone) if (newer.changed?.has(device) !== true) this.removed(device);
  }

  #note(): void {
    if (!this.#isClosed) this.#options.writer.note(this);
  }
}
