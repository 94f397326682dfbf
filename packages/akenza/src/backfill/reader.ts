import type { StoredSample } from "../rest/samples.ts";
import { canonicalOf, msOf } from "../timestamp.ts";
import type { Behind } from "./behind.ts";
import type { DeviceTrack, Stream } from "./device-track.ts";
import type { Follower } from "./follower.ts";
import { nameOf, type SampleName } from "./snapshot.ts";

/** A page, and what is needed to know what of it has come. */
export interface Page {
  readonly samples: readonly StoredSample[];
  /** As Snapshot.asOf. */
  readonly asOf: string;
  /** As Snapshot.datesStored, of the streams' last samples. */
  readonly datesStored: ReadonlyMap<string, string>;
}

export interface ReaderOptions {
  readonly follower: Follower;
  readonly track: DeviceTrack;
  readonly behind: Behind;
  /** akenza's time when the reading begins. */
  readonly nowMs: number;
  /** Whether the pipeline gets samples of the device on a topic. */
  readonly wants: (topic: string) => boolean;
}

/** What was stored last of a stream, and what in the same moment. */
interface Latest {
  timestamp: string;
  dateStored: string;
  together: string[];
  isAdvanced: boolean;
}

/** What is read may come over the socket as well when it was stored this short before the reading, or later. */
const overlapMs = 60_000;
const maxOverlap = 5_000;

/** The part of one pipeline in the reading of one device. */
export class Reader {
  readonly follower: Follower;
  readonly track: DeviceTrack;
  /** Where its reading starts, in milliseconds since the epoch. */
  readonly fromMs: number;
  /** Start of what is too old to be read; undefined when nothing is. */
  readonly tooOldFromMs: number | undefined;
  /** A sample that history must show before it can be believed. */
  readonly expected: SampleName | undefined;
  readonly #options: ReaderOptions;
  readonly #from: string;
  readonly #latest = new Map<Stream, Latest>();
  /** Of the page before. */
  #hasNews = false;

  constructor(options: ReaderOptions) {
    const { follower, track, behind, nowMs } = options;
    this.#options = options;
    this.follower = follower;
    this.track = track;
    this.expected = behind.missed;
    // What was held before something was missed is read with it.
    if (behind.missed !== undefined) follower.takeHeld(behind);
    behind.missed = undefined;
    behind.isStale = false;
    const { withinMs, lookbackMs } = follower.backfill;
    const startMs = startOf(track);
    const horizonMs = nowMs - withinMs;
    this.tooOldFromMs = startMs < horizonMs ? startMs : undefined;
    // One millisecond more, so that a stream's last sample is in it, which tells what came before.
    this.fromMs = Math.max(startMs - lookbackMs - 1, horizonMs);
    this.#from = canonicalOf(this.fromMs);
  }

  /** The last sample that came of each stream. */
  get lasts(): readonly SampleName[] {
    return [...this.track.streams.values()]
      .filter(({ arrived }) => arrived.last !== "")
      .map(({ topic, arrived }) => ({ topic, timestamp: arrived.last }));
  }

  /** Hands on what is new; false when there is no room for long, or nobody wants it any more. */
  async take(page: Page, signal: AbortSignal): Promise<boolean> {
    const { follower, track } = this;
    // What is handed on in part is level nowhere.
    this.#options.behind.levelUntil = "";
    this.#storeSoon();
    for (const sample of page.samples) {
      const stream = this.#streamOf(sample);
      if (stream === undefined) continue;
      const isNew = !this.knows(stream, sample, page.datesStored);
      if (isNew) {
        if (!(await follower.room.wait(signal))) return false;
        if (!this.#isWanted) return false;
        this.#handOn(stream, sample, page.asOf);
        this.#hasNews = true;
      }
      this.#note(stream, sample, { asOf: page.asOf, isNew });
    }
    return this.#isWanted && track.behind === this.#options.behind;
  }

  /** All pages have been taken. */
  conclude(asOf: string): void {
    for (const [stream, { timestamp, together, isAdvanced }] of this.#latest)
      if (isAdvanced) this.track.concludeStream(stream, timestamp, together);
    if (asOf !== "") this.track.raiseSince(asOf);
    this.#storeSoon();
  }

  /** Hands on what was held meanwhile; true when the device is level again. */
  async drain(signal: AbortSignal): Promise<boolean> {
    const { follower, track } = this;
    const { behind } = this.#options;
    // What is held since another break comes after what that break missed: the next reading brings both.
    while (behind.held.length > 0 && !behind.isStale) {
      for (const sample of follower.takeHeld(behind)) {
        // What does not find room within its time is read from history again.
        if (behind.missed !== undefined) break;
        if (await follower.room.wait(signal))
          follower.deliverLive(follower.streamOf(sample.device, sample.topic), sample);
        else {
          behind.missed = sample;
          behind.levelUntil = "";
        }
      }
    }
    if (behind.missed !== undefined || behind.isStale || !this.#isWanted) return false;
    follower.release(track);
    return true;
  }

  /** As Behind.levelUntil. */
  get levelUntil(): string {
    return this.#options.behind.levelUntil;
  }

  /** History cannot be had, or has nothing: what was held goes on without it. */
  goOn(): void {
    const { follower, track } = this;
    for (const sample of follower.takeHeld(this.#options.behind))
      follower.deliverLive(follower.streamOf(sample.device, sample.topic), sample);
    follower.release(track);
  }

  /** Whether a sample has come to the pipeline already. */
  knows(stream: Stream, sample: StoredSample, datesStored: ReadonlyMap<string, string>): boolean {
    const { since } = this.track;
    const { topic, arrived } = stream;
    if (stream.overlap?.has(sample.timestamp) === true) return true;
    if (sample.dateStored !== undefined && sample.dateStored < since) return true;
    if (sample.dateStored === undefined && arrived.time === "") return sample.timestamp <= since;
    return arrived.knows(sample, datesStored.get(nameOf({ topic, timestamp: arrived.last })));
  }

  /** A page is more than what comes live between two writes: once it has settled, a crash is not to bring it again. */
  #storeSoon(): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    this.track.whenPassed(() => void this.follower.flush());
  }

  get #isWanted(): boolean {
    return this.follower.trackBehind(this.track.device) === this.track;
  }

  /** Undefined for a sample that is not for this reading: of another topic, or too old. */
  #streamOf(sample: StoredSample): Stream | undefined {
    if (sample.timestamp < this.#from || !this.#options.wants(sample.topic)) return undefined;
    return this.follower.streamOf(this.track.device, sample.topic);
  }

  #handOn(stream: Stream, sample: StoredSample, asOf: string): void {
    const { topic, timestamp, dateStored } = sample;
    this.follower.deliverRead(stream, sample, asOf);
    // The socket may bring it too: it is held already, or was stored a moment ago.
    const isHeld = this.#options.behind.held.some((each) => each.timestamp === timestamp && each.topic === topic);
    const isRecent = dateStored === undefined || msOf(asOf) - msOf(dateStored) <= overlapMs;
    if (!isHeld && !isRecent) return;
    stream.overlap ??= new Set();
    if (stream.overlap.size < maxOverlap) stream.overlap.add(timestamp);
  }

  #note(stream: Stream, { timestamp, dateStored }: StoredSample, facts: { asOf: string; isNew: boolean }): void {
    // Stored after the first answer: others that were as well may not have been seen, and come over the socket.
    if (dateStored === undefined || dateStored > facts.asOf) return;
    const latest = this.#latest.get(stream);
    if (latest === undefined || dateStored > latest.dateStored) {
      const isAdvanced = facts.isNew || latest?.isAdvanced === true;
      this.#latest.set(stream, { timestamp, dateStored, together: [], isAdvanced });
      return;
    }
    if (dateStored === latest.dateStored) {
      latest.together.push(latest.timestamp);
      latest.timestamp = timestamp;
    }
    latest.isAdvanced ||= facts.isNew;
  }
}

/** From when on a device's samples may not have come. */
function startOf({ since, newest }: DeviceTrack): number {
  const start = newest === "" || (since !== "" && since < newest) ? since : newest;
  return start === "" ? 0 : msOf(start);
}
