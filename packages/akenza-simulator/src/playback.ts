import type { Building } from "./building.ts";
import type { Clock } from "./clock.ts";
import type { Publisher } from "./publisher.ts";
import { positive } from "./checks.ts";
import { pause, Throttle } from "./pump.ts";
import { readRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import type { SampleInput } from "./sample.ts";
import type { DataStreams } from "./stream/data-streams.ts";

export interface PlayOptions {
  /**
   * "max": as fast as the sockets take them. `speed`: with the gaps of the recorded timestamps, that many times faster.
   * `samplesPerMinute`: evenly. Default "max".
   */
  readonly pace?: "max" | { readonly speed: number } | { readonly samplesPerMinute: number };
  /** How often it is played; Infinity until stopped. Default 1. */
  readonly loop?: number;
  /** Whether samples keep the time they carry. From the second round on they always get the present one. Default "recorded". */
  readonly timestamps?: "recorded" | "now";
  /** Ends the playback early; the promise then resolves with what was played. */
  readonly signal?: AbortSignal;
}

export interface PlayResult {
  /** Samples published. */
  readonly samples: number;
}

interface PlaybackContext {
  readonly building: Building;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly streams: DataStreams;
}

export async function play(
  recording: Recording,
  options: PlayOptions & { readonly signal: AbortSignal },
  context: PlaybackContext,
): Promise<PlayResult> {
  const { loop = 1, signal } = options;
  if (typeof options.pace === "object") for (const [name, value] of Object.entries(options.pace)) positive(name, value);
  const { streams, publisher } = context;
  const throttle = new Throttle(streams, signal);
  let samples = 0;
  for (let round = 0; round < loop && !signal.aborted; round++) {
    const keepsTime = round === 0 && options.timestamps !== "now";
    const pacer = createPacer(options, context.clock);
    for await (const sample of readRecording(recording, context.building)) {
      const delayMs = pacer(sample);
      if (delayMs > 0) await pause(context.clock, delayMs, signal);
      if (signal.aborted) break;
      publisher.emit(keepsTime ? sample : withoutTime(sample));
      samples += 1;
      const wait = throttle.breathe();
      if (wait) await wait;
    }
  }
  return { samples };
}

/** Says how long to wait before each sample. */
function createPacer({ pace = "max" }: PlayOptions, clock: Clock): (sample: SampleInput) => number {
  if (pace === "max") return () => 0;
  const startedAt = clock.now();
  if ("samplesPerMinute" in pace) {
    let count = 0;
    return () => startedAt + (count++ * 60_000) / pace.samplesPerMinute - clock.now();
  }
  let firstMs: number | undefined;
  return ({ timestamp }) => {
    if (timestamp === undefined) return 0;
    const ms = Date.parse(timestamp);
    firstMs ??= ms;
    return startedAt + (ms - firstMs) / pace.speed - clock.now();
  };
}

function withoutTime({ deviceId, topic, data }: SampleInput): SampleInput {
  return { deviceId, data, ...(topic === undefined ? {} : { topic }) };
}
