import { checkRate } from "./options.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { play } from "./playback.ts";
import type { PlayOptions, PlayResult } from "./playback.ts";
import { pump } from "./pump.ts";
import { readRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import type { SimulatedDevice } from "./building.ts";
import type { Sample } from "./sample.ts";

/** What moves the simulator: by hand, by itself, or from a recording. */
export class Driver {
  readonly #parts: Parts;
  readonly #options: ResolvedOptions;
  readonly #closing = new AbortController();
  readonly #playing = new Set<Promise<unknown>>();
  #running: AbortController | undefined;

  constructor(parts: Parts, options: ResolvedOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  tick(count: number): readonly Sample[] {
    const { fleet, publisher } = this.#parts;
    return Array.from({ length: count }, () => {
      const sample = fleet.next();
      publisher.publish(sample);
      return sample;
    });
  }

  /** Starting what runs already changes its rate. */
  start(rate: number | "max" = this.#options.samplesPerMinute): void {
    checkRate(rate);
    this.stop();
    const running = new AbortController();
    this.#running = running;
    this.#keep(this.#run(rate, running));
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async prepare(recording: Recording): Promise<readonly SimulatedDevice[]> {
    const { building } = this.#parts;
    const ids = new Set<string>();
    for await (const { deviceId } of readRecording(recording, building)) ids.add(deviceId);
    return building.devices.filter(({ id }) => ids.has(id));
  }

  play(recording: Recording, options: PlayOptions): Promise<PlayResult> {
    const signals = [this.#closing.signal, ...(options.signal ? [options.signal] : [])];
    const playing = play(recording, { ...options, signal: AbortSignal.any(signals) }, this.#parts);
    this.#keep(playing.catch(() => undefined));
    return playing;
  }

  async close(): Promise<void> {
    this.stop();
    this.#closing.abort();
    await Promise.all(this.#playing);
  }

  async #run(rate: number | "max", running: AbortController): Promise<void> {
    const signal = AbortSignal.any([running.signal, this.#closing.signal]);
    const { playback, log } = this.#options;
    try {
      if (playback) await play(playback.file, { ...playback, signal }, this.#parts);
      else await pump(() => this.tick(1), rate, { ...this.#parts, signal });
    } catch (cause) {
      log(`stopped sending: ${(cause as Error).message}`);
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  #keep(work: Promise<unknown>): void {
    this.#playing.add(work);
    void work.finally(() => this.#playing.delete(work));
  }
}
