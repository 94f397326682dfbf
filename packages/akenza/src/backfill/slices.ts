// A device's history over a span, page by page and oldest first, out of an API that answers newest first and no more than
// a page at a time. Knows nothing of marks or pipelines.
import type { StoredSample } from "../rest/samples.ts";

/** Milliseconds since the epoch; `from` inclusive, `before` exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** Reads up to `limit` samples of a span, newest first, behind the first `skip`. */
export type ReadPage = (span: Span, skip: number) => Promise<readonly StoredSample[]>;

export interface SliceOptions {
  readonly read: ReadPage;
  /** Samples of a full page. */
  readonly limit: number;
  /** The first guess of how long a slice fills a page. */
  readonly widthMs: number;
}

/**
 * Samples of the span in the order of their timestamps, then of their dates stored, at least once each. A full page may
 * not be all, so its slice is halved; a millisecond that fills a page by itself is read with `skip`. What is stored
 * while this reads moves other samples to later pages, never out of sight.
 */
export async function* readSlices(span: Span, options: SliceOptions): AsyncGenerator<readonly StoredSample[]> {
  const { read, limit } = options;
  let widthMs = Math.max(1, Math.floor(options.widthMs));
  let { fromMs } = span;
  while (fromMs < span.beforeMs) {
    const slice = { fromMs, beforeMs: Math.min(span.beforeMs, fromMs + widthMs) };
    const lengthMs = slice.beforeMs - slice.fromMs;
    const page = await read(slice, 0);
    const isFull = page.length >= limit;
    if (isFull && lengthMs > 1) {
      widthMs = Math.max(1, Math.floor(lengthMs / 2));
      continue;
    }
    yield oldestFirst(isFull ? await readInstant(slice, page, read) : page);
    fromMs = slice.beforeMs;
    if (page.length < limit / 2) widthMs *= 2;
  }
}

/** A new list in the order of back-fill. */
export function oldestFirst(samples: readonly StoredSample[]): StoredSample[] {
  return [...samples].sort(
    (a, b) => compare(a.timestamp, b.timestamp) || compare(a.dateStored ?? "", b.dateStored ?? ""),
  );
}

async function readInstant(slice: Span, first: readonly StoredSample[], read: ReadPage): Promise<StoredSample[]> {
  const all = new Map<string, StoredSample>();
  let skip = 0;
  for (let page = first; page.length > 0; page = await read(slice, skip)) {
    for (const sample of page) all.set(`${sample.topic} ${sample.timestamp}`, sample);
    skip += page.length;
  }
  return [...all.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
