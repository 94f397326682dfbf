// What a pipeline has of each of its devices: what came and how far it has settled, who is behind and what is held for them.
// It lets live samples through or holds them back. How history is read is in round.ts, and when in catch-up.ts.
import type { BackfillOptions } from "@signalbox/core";
import type { StoredSample } from "../rest/samples.ts";
import type { Consumer, RoutedSample, SampleGate } from "../routing/consumer.ts";
import { canonicalOf, msOf } from "../timestamp.ts";
import { type Behind, maxHeldPerDevice, newBehind } from "./behind.ts";
import { DeviceTrack, type StoredTrack, type Stream } from "./device-track.ts";
import type { FollowerOptions } from "./follower-options.ts";
import { Room } from "./room.ts";

/** How often the moment up to which a whole device is known moves on, and how far it stays behind the latest sample. */
const raiseEveryMs = 10 * 60_000;
const raiseMarginMs = 5 * 60_000;

/** How long after a reading the socket may still bring what it read. */
const overlapMs = 60_000;

const noop = (): void => undefined;

export class Follower implements SampleGate {
  readonly consumer: Consumer;
  readonly backfill: BackfillOptions;
  readonly room: Room;
  isDetached = false;
  readonly #options: FollowerOptions;
  readonly #tracks = new Map<string, DeviceTrack>();
  readonly #streams = new Map<string, Stream>();
  readonly #behind = new Set<DeviceTrack>();
  /** Devices whose subscription is not confirmed yet. */
  readonly #fresh = new Set<DeviceTrack>();
  /** Rows of devices that have not shown up in this process. */
  #stored = new Map<string, StoredTrack>();
  #heldCount = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.consumer = options.consumer;
    this.backfill = options.backfill;
    this.room = new Room(options.consumer, options.clock);
  }

  get canDetach(): boolean {
    return this.#options.reading.isPossible;
  }

  get anyDevice(): string | undefined {
    return this.#tracks.keys().next().value;
  }

  /** Reads where the pipeline stood when it last ran; devices are followed after it. Throws STORE_UNREACHABLE. */
  async load(): Promise<void> {
    this.#stored = await this.#options.watermarks.load();
  }

  follow(device: string): void {
    if (this.#tracks.has(device)) return;
    const { watermarks, reading } = this.#options;
    reading.confirmFirst();
    const stored = this.#stored.get(device);
    this.#stored.delete(device);
    watermarks.kept(device);
    const track = new DeviceTrack(device, this.#settled, stored);
    this.#tracks.set(device, track);
    if (stored === undefined || stored.since === "") this.#fresh.add(track);
    if (stored !== undefined) this.#fallBehind(track, "");
  }

  unfollow(device: string): void {
    const track = this.#tracks.get(device);
    if (track === undefined) return;
    this.release(track);
    this.#tracks.delete(device);
    this.#fresh.delete(track);
    for (const topic of track.streams.keys()) this.#streams.delete(streamKey(device, topic));
    this.#options.watermarks.removed(device);
  }

  /** All devices of the pipeline are known: what is stored of others belongs to a subscription that has ended. */
  forgetOthers(): void {
    for (const device of this.#stored.keys()) this.#options.watermarks.removed(device);
    this.#stored.clear();
  }

  /** akenza confirmed the subscriptions: of new devices, what it stores from now on is ours. */
  confirmed(): void {
    const since = canonicalOf(this.#options.time.now());
    for (const track of this.#fresh) track.raiseSince(since);
    this.#fresh.clear();
  }

  /** The socket was down: every device may have missed something stored after `levelUntil`. */
  missedAll(levelUntil: string): void {
    for (const track of this.#tracks.values()) {
      if (track.behind !== undefined) track.behind.isStale = true;
      else if (!this.#fresh.has(track)) this.#fallBehind(track, levelUntil);
    }
  }

  /** Asks for the reading of every device that is behind. */
  wantAll(): void {
    for (const { device } of this.#behind) this.#options.reading.want(device, this);
  }

  detach(): void {
    this.isDetached = true;
  }

  hasRoom(): void {
    if (this.isDetached) {
      this.isDetached = false;
      this.wantAll();
    }
    this.room.changed();
  }

  offer(sample: RoutedSample): void {
    const stream = this.#streams.get(sample.stream) ?? this.streamOf(sample.device, sample.topic);
    const { track } = stream;
    if (track.behind !== undefined || this.isDetached) return this.#hold(track, sample);
    this.deliverLive(stream, sample);
  }

  /** A device that is followed and has something to read. */
  trackBehind(device: string): DeviceTrack | undefined {
    // Once the source closes, nothing is handed on, and a reading that goes on must not be taken for one that was.
    if (this.consumer.gate !== this) return undefined;
    const track = this.#tracks.get(device);
    return track?.behind === undefined ? undefined : track;
  }

  streamOf(device: string, topic: string): Stream {
    // A sample of a device that has just gone still has its place, which nobody stores.
    const track = this.#tracks.get(device) ?? new DeviceTrack(device, noop);
    const stream = track.stream(topic);
    if (this.#tracks.has(device)) this.#streams.set(streamKey(device, topic), stream);
    return stream;
  }

  /** Hands a live sample on, unless history has brought it. */
  deliverLive(stream: Stream, sample: RoutedSample): void {
    const { track } = stream;
    const isRead = stream.overlap !== undefined && this.#isRead(stream, sample);
    const slot = track.arriveLive(stream, sample.timestamp, sample.arrivedMs);
    if (isRead) {
      this.#options.onRepeated(sample, this.consumer.pipeline);
      return track.settle(slot);
    }
    this.consumer.take({ message: this.consumer.messageOf(sample), ack: () => track.settle(slot), nack: noop });
    if (sample.arrivedMs >= track.raiseAtMs) this.#raise(track, sample);
  }

  /** Hands a sample of history on; there must be room. */
  deliverRead(stream: Stream, sample: StoredSample, asOf: string): void {
    const { track } = stream;
    const { topic, timestamp, body } = sample;
    const id = `akenza:${track.device}:${topic}:${timestamp}`;
    const { clock } = this.#options;
    const receivedAt = new Date(clock.now()).toISOString();
    const arrivedMs = clock.monotonic();
    const routed = { id, device: track.device, topic, timestamp, body, stream: "", receivedAt, arrivedMs };
    const { meta } = this.consumer.messageOf(routed);
    // Without dates stored, its place is all there is to know it by.
    const slot =
      asOf === "" ? track.arriveLive(stream, timestamp, arrivedMs) : track.arriveRead(stream, timestamp, asOf);
    const done = this.room.occupy();
    const ack = (): void => {
      track.settle(slot);
      done();
    };
    this.#options.counters.counts.backfilled += 1;
    this.consumer.take({ message: { id, meta: { ...meta, backfilled: true }, body }, ack, nack: done });
  }

  /** Takes the samples that are held for a device out. */
  takeHeld(behind: Behind): RoutedSample[] {
    const held = behind.held;
    behind.held = [];
    this.#heldCount -= held.length;
    return held;
  }

  /** The device is level again: its samples flow. */
  release(track: DeviceTrack): void {
    if (track.behind !== undefined) this.takeHeld(track.behind);
    track.behind = undefined;
    track.overlapUntilMs = this.#options.clock.monotonic() + overlapMs;
    this.#behind.delete(track);
  }

  /** Has stored what has settled so far; never throws. */
  flush(): Promise<void> {
    return this.#options.watermarks.flush();
  }

  /** Stores what has settled. To be called again when the last messages have. */
  async close(): Promise<void> {
    this.room.close();
    await this.#options.watermarks.close();
  }

  readonly #settled = (track: DeviceTrack): void => {
    if (this.#tracks.get(track.device) === track) this.#options.watermarks.changed(track);
  };

  #fallBehind(track: DeviceTrack, levelUntil: string): Behind {
    const behind = newBehind(levelUntil);
    track.behind = behind;
    track.overlapUntilMs = Number.POSITIVE_INFINITY;
    this.#behind.add(track);
    if (!this.isDetached) this.#options.reading.want(track.device, this);
    return behind;
  }

  #hold(track: DeviceTrack, sample: RoutedSample): void {
    const behind = track.behind ?? this.#fallBehind(track, "");
    const hasNoRoom = behind.held.length >= maxHeldPerDevice || this.#heldCount >= this.consumer.capacity;
    if (this.isDetached || behind.missed !== undefined || hasNoRoom) {
      behind.missed = sample;
      behind.levelUntil = "";
      return;
    }
    behind.held.push(sample);
    this.#heldCount += 1;
    this.#options.reading.urge(track.device);
  }

  #isRead(stream: Stream, { timestamp, arrivedMs }: RoutedSample): boolean {
    if (stream.overlap?.delete(timestamp) === true) return true;
    // What was stored around the time of the reading has come by now.
    if (arrivedMs >= stream.track.overlapUntilMs) stream.overlap = undefined;
    return false;
  }

  #raise(track: DeviceTrack, { timestamp, arrivedMs }: RoutedSample): void {
    track.raiseAtMs = arrivedMs + raiseEveryMs;
    if (this.#fresh.has(track)) return;
    track.raiseSince(canonicalOf(Math.min(msOf(timestamp), this.#options.time.now()) - raiseMarginMs));
  }
}

function streamKey(device: string, topic: string): string {
  return `${device} ${topic}`;
}
