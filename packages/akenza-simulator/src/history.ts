import type { Sample } from "./sample.ts";
import { timeKey } from "./timestamps.ts";

export interface StoredSample {
  readonly sample: Sample;
  /** The sample's time in a form that sorts as text. */
  readonly key: string;
  readonly storedAt: number;
}

export interface HistoryQuery {
  /** `*` for all topics. */
  readonly topic: string;
  /** Bounds in the form of `timeKey`. */
  readonly gte?: string;
  readonly lte?: string;
  readonly gt?: string;
  readonly lt?: string;
  readonly limit: number;
  readonly skip: number;
}

interface Shelf {
  /** Sorted by time, oldest first; samples of one time in order of arrival. */
  rows: StoredSample[];
  readonly topics: Set<string>;
}

/** akenza's own store of samples, in memory: append-only, unique by device, topic and time, bounded per device. */
export class History {
  readonly #shelves = new Map<string, Shelf>();
  readonly #perDevice: () => number;

  /** `perDevice` is asked at every cut: the share of one device falls as devices are added. */
  constructor(perDevice: () => number) {
    this.#perDevice = perDevice;
  }

  /** False when the sample is there already. The sample's timestamp must be valid. */
  insert(sample: Sample, storedAt: number): boolean {
    const shelf = this.#shelf(sample.deviceId);
    const row = { sample, key: timeKey(sample.timestamp) as string, storedAt };
    const { rows } = shelf;
    const end = endOf(rows, row.key);
    for (let index = end - 1; rows[index]?.key === row.key; index--) {
      if (rows[index]?.sample.topic === sample.topic) return false;
    }
    if (end === rows.length) rows.push(row);
    else rows.splice(end, 0, row);
    shelf.topics.add(sample.topic);
    this.#trim(shelf);
    return true;
  }

  /** Newest first. */
  query(deviceId: string, query: HistoryQuery): StoredSample[] {
    const rows = this.#shelves.get(deviceId)?.rows ?? [];
    const found: StoredSample[] = [];
    let skipped = 0;
    for (let index = rows.length - 1; index >= 0 && found.length < query.limit; index--) {
      const row = rows[index] as StoredSample;
      if (isBefore(row.key, query)) break;
      if (isAfter(row.key, query)) continue;
      if (query.topic !== "*" && row.sample.topic !== query.topic) continue;
      if (skipped < query.skip) skipped += 1;
      else found.push(row);
    }
    return found;
  }

  latest(deviceId: string): StoredSample | undefined {
    return this.#shelves.get(deviceId)?.rows.at(-1);
  }

  topics(deviceId: string): string[] {
    return [...(this.#shelves.get(deviceId)?.topics ?? [])].sort();
  }

  get size(): number {
    let size = 0;
    for (const shelf of this.#shelves.values()) size += shelf.rows.length;
    return size;
  }

  #shelf(deviceId: string): Shelf {
    let shelf = this.#shelves.get(deviceId);
    if (!shelf) {
      shelf = { rows: [], topics: new Set() };
      this.#shelves.set(deviceId, shelf);
    }
    return shelf;
  }

  #trim(shelf: Shelf): void {
    const limit = this.#perDevice();
    // A quarter over the limit before it is cut back, so that inserting stays cheap.
    if (shelf.rows.length > limit * 1.25) shelf.rows = shelf.rows.slice(-limit);
  }
}

function isBefore(key: string, query: HistoryQuery): boolean {
  return (query.gte !== undefined && key < query.gte) || (query.gt !== undefined && key <= query.gt);
}

function isAfter(key: string, query: HistoryQuery): boolean {
  return (query.lte !== undefined && key > query.lte) || (query.lt !== undefined && key >= query.lt);
}

/** How many rows are older than the key or of the same time. */
function endOf(rows: readonly StoredSample[], key: string): number {
  const last = rows.at(-1);
  if (!last || last.key <= key) return rows.length;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as StoredSample).key <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
