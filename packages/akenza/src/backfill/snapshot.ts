import type { RestClient } from "../rest/client.ts";
import { querySamples, type StoredSample } from "../rest/samples.ts";
import { canonicalOf, msOf } from "../timestamp.ts";
import { oldestFirst, type ReadPage, readSlices } from "./slices.ts";

/** A sample of a device by its topic and timestamp. */
export interface SampleName {
  readonly topic: string;
  readonly timestamp: string;
}

export interface SnapshotOptions {
  readonly rest: RestClient;
  readonly device: string;
  readonly fromMs: number;
  /** Samples asked for at once. */
  readonly pageSize: number;
  /** A moment in akenza's time that has certainly passed, in milliseconds since the epoch. */
  readonly pastMs: number;
}

/** A device's history as akenza had it at the first answer. */
export interface Snapshot {
  /**
   * What was stored before this was there at the first answer. Such an answer says it itself by its dates stored, as far
   * as one page goes. "" where akenza gives no dates.
   */
  readonly asOf: string;
  /** The latest timestamp; "" when there is no sample. */
  readonly newest: string;
  /** True when the first answer shows the sample, or cannot be expected to. */
  shows(sample: SampleName): boolean;
  /** When akenza stored these samples, by `nameOf`; those it does not have any more are missing. */
  datesStored(samples: readonly SampleName[]): Promise<ReadonlyMap<string, string>>;
  /** Everything from the start on, oldest first, at least once each. */
  pages(): AsyncGenerator<readonly StoredSample[]>;
}

export function nameOf({ topic, timestamp }: SampleName): string {
  return `${topic} ${timestamp}`;
}

/** Reads the first answer: everything, where it is no more than a page. Throws as RestClient.read does. */
export async function takeSnapshot(options: SnapshotOptions, signal: AbortSignal): Promise<Snapshot> {
  const { rest, device, fromMs, pageSize, pastMs } = options;
  const first = oldestFirst(await querySamples(rest, { device, fromMs, limit: pageSize }, signal));
  const isWhole = first.length < pageSize;
  const oldestMs = msOf(first[0]?.timestamp ?? "");
  const asOf = asOfAnswer(first, isWhole ? undefined : canonicalOf(pastMs));
  const names = new Set(first.map(nameOf));

  async function datesStored(samples: readonly SampleName[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(samples.map(nameOf));
    const found = new Map<string, string>();
    const note = (list: readonly StoredSample[]): void => {
      for (const each of list) {
        const name = nameOf(each);
        if (each.dateStored !== undefined && wanted.has(name)) found.set(name, each.dateStored);
      }
    };
    note(first);
    if (isWhole) return found;
    const instants = new Set(samples.filter((each) => !names.has(nameOf(each))).map((each) => msOf(each.timestamp)));
    for (const instant of instants) {
      if (instant < fromMs) continue;
      for await (const page of readSlices({ fromMs: instant, beforeMs: instant + 1 }, slicing(1))) note(page);
    }
    return found;
  }

  async function* pages(): AsyncGenerator<readonly StoredSample[]> {
    if (isWhole) return yield first;
    // The first answer's oldest millisecond may have been cut in two.
    const newestMs = msOf(first.at(-1)?.timestamp ?? "");
    const widthMs = Math.max(1, newestMs - oldestMs);
    yield* readSlices({ fromMs, beforeMs: oldestMs + 1 }, slicing(widthMs));
    yield first.filter((each) => msOf(each.timestamp) > oldestMs);
  }

  function slicing(widthMs: number): { read: ReadPage; limit: number; widthMs: number } {
    const read: ReadPage = (span, skip) =>
      querySamples(rest, { device, fromMs: span.fromMs, beforeMs: span.beforeMs, limit: pageSize, skip }, signal);
    return { read, limit: pageSize, widthMs };
  }

  return {
    asOf,
    newest: first.at(-1)?.timestamp ?? "",
    shows: (sample) =>
      names.has(nameOf(sample)) || msOf(sample.timestamp) < fromMs || (!isWhole && msOf(sample.timestamp) <= oldestMs),
    datesStored,
    pages,
  };
}

/** Of a full page more may have been stored later than it shows, of an earlier time. */
function asOfAnswer(samples: readonly StoredSample[], past: string | undefined): string {
  let latest = "";
  for (const { dateStored } of samples) if (dateStored !== undefined && dateStored > latest) latest = dateStored;
  return latest !== "" && past !== undefined && past > latest ? past : latest;
}
