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
  readonly rows: StoredSample[];
  /** Rows before this one are forgotten, and cut off when there are many of them. */
  start: number;
  readonly topics: Set<string>;
}

const CUT_AT = 1024;

/** akenza's own store of samples, in memory: append-only, unique by device, topic and time. */
export class History {
  readonly #shelves = new Map<string, Shelf>();
  readonly #limit: number;
  /** A ring in order of arrival, to know which sample is the first to be forgotten. */
  readonly #arrivals: StoredSample[] = [];
  #inserted = 0;

  /** Keeps the last `limit` samples that arrived, over all devices. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the sample is there already. The sample's timestamp must be valid. */
  insert(sample: Sample, storedAt: number): boolean {
    const shelf = this.#shelf(sample.deviceId);
    const row = { sample, key: timeKey(sample.timestamp) as string, storedAt };
    const { rows, start } = shelf;
    const end = endOf(rows, row.key, start);
    for (let index = end - 1; index >= start && rows[index]?.key === row.key; index--) {
      if (rows[index]?.sample.topic === sample.topic) return false;
    }
    if (end === rows.length) rows.push(row);
    else rows.splice(end, 0, row);
    shelf.topics.add(sample.topic);
    this.#remember(row);
    return true;
  }

  /** Newest first. */
  query(deviceId: string, query: HistoryQuery): StoredSample[] {
    const { rows, start } = this.#shelf(deviceId);
    const found: StoredSample[] = [];
    let skipped = 0;
    for (let index = rows.length - 1; index >= start && found.length < query.limit; index--) {
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
    const { rows, start } = this.#shelf(deviceId);
    return rows.length > start ? rows.at(-1) : undefined;
  }

  topics(deviceId: string): string[] {
    return [...this.#shelf(deviceId).topics].sort();
  }

  get size(): number {
    return this.#arrivals.length;
  }

  #shelf(deviceId: string): Shelf {
    let shelf = this.#shelves.get(deviceId);
    if (!shelf) {
      shelf = { rows: [], start: 0, topics: new Set() };
      this.#shelves.set(deviceId, shelf);
    }
    return shelf;
  }

  #remember(row: StoredSample): void {
    const place = this.#inserted % this.#limit;
    const oldest = this.#arrivals[place];
    this.#arrivals[place] = row;
    this.#inserted += 1;
    if (oldest) this.#forget(oldest);
  }

  #forget(row: StoredSample): void {
    const shelf = this.#shelf(row.sample.deviceId);
    if (shelf.rows[shelf.start] !== row) {
      // It arrived late, and so is not the oldest of its device.
      shelf.rows.splice(shelf.rows.indexOf(row, shelf.start), 1);
      return;
    }
    shelf.start += 1;
    if (shelf.start < CUT_AT && shelf.start < shelf.rows.length) return;
    shelf.rows.splice(0, shelf.start);
    shelf.start = 0;
  }
}

function isBefore(key: string, query: HistoryQuery): boolean {
  return (query.gte !== undefined && key < query.gte) || (query.gt !== undefined && key <= query.gt);
}

function isAfter(key: string, query: HistoryQuery): boolean {
  return (query.lte !== undefined && key > query.lte) || (query.lt !== undefined && key >= query.lt);
}

/** The place behind the last row that is older than the key or of the same time. */
function endOf(rows: readonly StoredSample[], key: string, start: number): number {
  const last = rows.at(-1);
  if (!last || last.key <= key) return rows.length;
  let low = start;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as StoredSample).key <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
