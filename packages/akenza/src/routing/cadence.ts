import type { Clock, HeardStream, Logger, Timer } from "@signalbox/core";

/** How regularly samples of a device come on a topic, learned from those that came. */
interface Cadence {
  readonly device: string;
  readonly topic: string;
  lastAtMs: number;
  meanMs: number;
  deviationMs: number;
  intervals: number;
  isSilent: boolean;
}

/** How a stream stands against its own habit, which is unknown at first. */
export type Habit = Pick<HeardStream, "cadence" | "isSilent">;

/** Intervals before anything is said of a stream. */
const learnedAfter = 8;
/** A silence is longer than this and than three usual intervals with their usual spread. */
const shortestSilenceMs = 5 * 60_000;
const sweepEveryMs = 60_000;
const maxStreams = 20_000;

export interface CadencesOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Notices a device that has fallen silent against its own cadence, while the socket lives; a dead socket is another
 * matter (socket/session.ts). Costs a look-up per sample, and a look at all streams once a minute.
 */
export class Cadences {
  readonly #options: CadencesOptions;
  readonly #streams = new Map<string, Cadence>();
  readonly #silent = new Set<Cadence>();
  /** How many streams have a known habit. */
  #learned = 0;
  #timer: Timer | undefined;

  constructor(options: CadencesOptions) {
    this.#options = options;
  }

  /** A sample came; `stream` is its device and topic as one text. */
  heard(stream: string, sample: { readonly device: string; readonly topic: string }, atMs: number): void {
    const cadence = this.#streams.get(stream);
    if (cadence === undefined) return this.#begin(stream, sample, atMs);
    const intervalMs = atMs - cadence.lastAtMs;
    cadence.lastAtMs = atMs;
    if (cadence.isSilent) this.#returned(cadence, intervalMs);
    // The topics of one uplink, or a backlog of a gateway, come at once: that is no cadence.
    if (intervalMs < 1_000) return;
    const weight = cadence.intervals < learnedAfter ? 1 / (cadence.intervals + 1) : 1 / learnedAfter;
    const offMs = intervalMs - cadence.meanMs;
    if (cadence.intervals > 0) cadence.deviationMs += (Math.abs(offMs) - cadence.deviationMs) * weight;
    cadence.meanMs += offMs * weight;
    cadence.intervals += 1;
    if (cadence.intervals === learnedAfter) this.#learned += 1;
  }

  /** The socket is live: nobody could be heard before. */
  listen(): void {
    const now = this.#options.clock.monotonic();
    for (const cadence of this.#streams.values()) cadence.lastAtMs = now;
    if (this.#timer === undefined) this.#plan();
  }

  /** The socket is down: nobody can be heard. */
  rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** `silent against their habit: 02… (default)`; empty when none is. */
  describe(): string {
    if (this.#silent.size === 0) return "";
    const names = [...this.#silent].slice(0, 5).map(({ device, topic }) => `${device} (${topic})`);
    const rest = this.#silent.size > names.length ? ` and ${this.#silent.size - names.length} more` : "";
    return `silent against their habit: ${names.join(", ")}${rest}`;
  }

  /** What `describe` says, where more than half of those whose habit is known are silent; else undefined. */
  stale(): string | undefined {
    return this.#silent.size * 2 > this.#learned ? this.describe() : undefined;
  }

  /** What is known of a stream's habit: undefined of one that is not known, or never was heard. */
  habitOf(stream: string): Habit | undefined {
    const cadence = this.#streams.get(stream);
    if (cadence === undefined) return undefined;
    const { meanMs, deviationMs, intervals, isSilent } = cadence;
    if (intervals < learnedAfter) return { isSilent };
    return { isSilent, cadence: { usualMs: Math.round(meanMs), deviationMs: Math.round(deviationMs) } };
  }

  #begin(stream: string, { device, topic }: { device: string; topic: string }, atMs: number): void {
    if (this.#streams.size >= maxStreams) return;
    const nothing = { meanMs: 0, deviationMs: 0, intervals: 0, isSilent: false };
    this.#streams.set(stream, { device, topic, lastAtMs: atMs, ...nothing });
  }

  #plan(): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#sweep();
      this.#plan();
    }, sweepEveryMs);
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const cadence of this.#streams.values()) {
      if (cadence.isSilent || cadence.intervals < learnedAfter) continue;
      const limitMs = Math.max(shortestSilenceMs, 3 * (cadence.meanMs + cadence.deviationMs));
      const silentMs = now - cadence.lastAtMs;
      if (silentMs <= limitMs) continue;
      cadence.isSilent = true;
      this.#silent.add(cadence);
      const { device, topic, meanMs } = cadence;
      this.#options.log.warn(
        { device, topic, silentMs, usualMs: Math.round(meanMs) },
        "A device has fallen silent: its samples usually come more often.",
      );
    }
  }

  #returned(cadence: Cadence, silentMs: number): void {
    cadence.isSilent = false;
    this.#silent.delete(cadence);
    const { device, topic } = cadence;
    this.#options.log.info({ device, topic, silentMs }, "A device that had fallen silent is heard again.");
  }
}
