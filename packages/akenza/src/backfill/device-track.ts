import type { Behind } from "./behind.ts";
import { Mark, type StoredMark } from "./mark.ts";

/** What is kept of a device in the store. */
export interface StoredTrack {
  /** Every sample stored before this is settled, or older than the subscription. */
  readonly since: string;
  readonly streams: Readonly<Record<string, StoredMark>>;
}

/** One topic of a device, for one pipeline. */
export interface Stream {
  readonly track: DeviceTrack;
  readonly topic: string;
  /** Of all that came, settled or not: what a reading within this process need not bring again. */
  readonly arrived: Mark;
  /** Of what has settled: what is stored. */
  readonly settled: Mark;
  /** What was read from history so late that the socket may bring it too; undefined but for a while. */
  overlap: Set<string> | undefined;
}

/** A message on its way, in its place in the order of arrival; without a stream it only says something of what is before it. */
export interface Slot {
  readonly stream: Stream | undefined;
  readonly timestamp: string;
  readonly atMs: number;
  /** Of a sample of history, when it was read, in akenza's time; "" for a live one. */
  readonly asOf: string;
  /** Runs when this and all before it have settled. */
  readonly whenPassed: (() => void) | undefined;
  isSettled: boolean;
}

/** The slots passed that are kept before they are cut off, so that passing one costs no copying. */
const cutAt = 64;

/**
 * What of a device came to a pipeline and how far it has settled. Deliveries settle in any order; the settled marks
 * advance over the settled prefix in order of arrival only, so that what they say is true whenever the process dies.
 */
export class DeviceTrack {
  readonly device: string;
  readonly streams = new Map<string, Stream>();
  /** What is missed or being read; undefined while samples flow. */
  behind: Behind | undefined;
  /** As StoredTrack.since, but of what has arrived; "" until the subscription is confirmed. */
  since = "";
  /** When a live sample may next move `since` on, in milliseconds of the monotonic clock. */
  raiseAtMs = 0;
  /** Until when the socket may bring what was read from history, on the monotonic clock. */
  overlapUntilMs = 0;
  /** True while more has settled than is stored: then nobody needs to be told again. */
  isChanged = false;
  readonly #onSettled: (track: DeviceTrack) => void;
  #settledSince = "";
  #slots: Slot[] = [];
  #passed = 0;

  constructor(device: string, onSettled: (track: DeviceTrack) => void, stored?: StoredTrack) {
    this.device = device;
    this.#onSettled = onSettled;
    if (stored === undefined) return;
    this.since = stored.since;
    this.#settledSince = stored.since;
    for (const [topic, mark] of Object.entries(stored.streams)) {
      const stream = this.#newStream(topic, Mark.from(mark), Mark.from(mark));
      this.streams.set(topic, stream);
    }
  }

  /** Messages that came and have not passed yet. */
  get inFlight(): number {
    return this.#slots.length - this.#passed;
  }

  /** The greatest timestamp that came, on any topic; "" before the first. */
  get newest(): string {
    let newest = "";
    for (const { arrived } of this.streams.values()) if (arrived.time > newest) newest = arrived.time;
    return newest;
  }

  stream(topic: string): Stream {
    const known = this.streams.get(topic);
    if (known !== undefined) return known;
    const stream = this.#newStream(topic, new Mark(), new Mark());
    this.streams.set(topic, stream);
    return stream;
  }

  /** Takes a live sample in; its slot is to be settled. */
  arriveLive(stream: Stream, timestamp: string, atMs: number): Slot {
    stream.arrived.passLive(timestamp, atMs);
    return this.#push({ stream, timestamp, atMs, asOf: "", whenPassed: undefined, isSettled: false });
  }

  /** Takes a sample of history in; its slot is to be settled. */
  arriveRead(stream: Stream, timestamp: string, asOf: string): Slot {
    stream.arrived.passRead(timestamp, asOf);
    return this.#push({ stream, timestamp, atMs: 0, asOf, whenPassed: undefined, isSettled: false });
  }

  /** Everything of a stream that history had has arrived. */
  concludeStream(stream: Stream, latest: string, together: readonly string[]): void {
    stream.arrived.conclude(latest, together);
    this.whenPassed(() => stream.settled.conclude(latest, together));
  }

  /** Everything stored before `since` has arrived. */
  raiseSince(since: string): void {
    if (since <= this.since) return;
    this.since = since;
    this.whenPassed(() => (this.#settledSince = since));
  }

  /** Runs `whenPassed` once all that has arrived so far has settled. */
  whenPassed(whenPassed: () => void): void {
    this.#push({ stream: undefined, timestamp: "", atMs: 0, asOf: "", whenPassed, isSettled: true });
    if (this.inFlight === 1) this.#advance();
  }

  settle(slot: Slot): void {
    slot.isSettled = true;
    if (this.#slots[this.#passed] === slot) this.#advance();
  }

  toStored(): StoredTrack {
    const streams: Record<string, StoredMark> = {};
    for (const [topic, { settled }] of this.streams) if (settled.time !== "") streams[topic] = settled.toStored();
    return { since: this.#settledSince, streams };
  }

  #newStream(topic: string, arrived: Mark, settled: Mark): Stream {
    return { track: this, topic, arrived, settled, overlap: undefined };
  }

  #push(slot: Slot): Slot {
    this.#slots.push(slot);
    return slot;
  }

  #advance(): void {
    const slots = this.#slots;
    for (let slot = slots[this.#passed]; slot?.isSettled === true; slot = slots[this.#passed]) {
      pass(slot);
      this.#passed += 1;
    }
    if (this.#passed === slots.length) {
      slots.length = 0;
      this.#passed = 0;
    } else if (this.#passed >= cutAt && this.#passed * 2 >= slots.length) {
      slots.splice(0, this.#passed);
      this.#passed = 0;
    }
    if (this.isChanged) return;
    this.isChanged = true;
    this.#onSettled(this);
  }
}

function pass({ stream, timestamp, atMs, asOf, whenPassed }: Slot): void {
  whenPassed?.();
  if (stream === undefined) return;
  if (asOf === "") stream.settled.passLive(timestamp, atMs);
  else stream.settled.passRead(timestamp, asOf);
}
