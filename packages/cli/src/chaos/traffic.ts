import type { Simulator } from "@signalbox/akenza-simulator";
import { systemClock, type Timer } from "@signalbox/core";
import { devices, partsOf } from "./project.ts";
import type { Random } from "@signalbox/core/testing";

/** A sample that the simulator stored. */
export interface StoredSample {
  /** Counts all samples of a run in the order in which they were stored. */
  readonly number: number;
  readonly device: string;
  readonly topic: string;
  /** UTC with nine fraction digits. */
  readonly time: string;
}

/** Samples of many devices: several topics of one uplink at one time, late ones, doubled frames, bursts. */
export interface Traffic {
  readonly stored: number;
  resume(): void;
  pause(): void;
}

export interface TrafficOptions {
  readonly simulator: Simulator;
  readonly random: Random;
  /** On average, bursts not counted. */
  readonly samplesPerSecond: number;
  /** Told of each sample right after it was stored; `isSent` says whether a subscriber got it at once. */
  readonly onStored: (sample: StoredSample, isSent: boolean) => void;
}

const tickMs = 50;
const topics = ["default", "occupancy", "lifecycle"];
/** Must stay below the `lookback` of the pipelines. */
const mostLateMs = 30_000;

export function createTraffic(options: TrafficOptions): Traffic {
  const { simulator, random, samplesPerSecond, onStored } = options;
  let timer: Timer | undefined;
  let uplinks = 0;
  let stored = 0;
  let owed = 0;

  /** One uplink: one to three topics, all at one time. Answers how many samples that were. */
  function uplink(): number {
    const device = random.pick(devices).id;
    const lateMs = random.chance(0.03) ? random.between(500, mostLateMs) : 0;
    const time = timeOf(systemClock.now() - lateMs, uplinks++);
    const count = random.between(1, topics.length);
    for (const topic of topics.slice(0, count)) {
      if (random.chance(0.02)) simulator.faults.duplicateSamples();
      store({ number: stored++, device, topic, time });
    }
    return count;
  }

  function store(sample: StoredSample): void {
    const { device, topic, time, number } = sample;
    const sentBefore = simulator.sent.total;
    const data = { number, parts: partsOf(number) };
    simulator.emit({ deviceId: device, topic, timestamp: time, data });
    onStored(sample, simulator.sent.total > sentBefore);
  }

  function tick(): void {
    timer = systemClock.setTimer(tick, tickMs);
    owed += (samplesPerSecond * tickMs) / 1000;
    if (samplesPerSecond > 0 && random.chance(0.01)) owed += random.between(30, 150);
    while (owed > 0) owed -= uplink();
  }

  return {
    get stored() {
      return stored;
    },
    resume() {
      timer ??= systemClock.setTimer(tick, tickMs);
    },
    pause() {
      timer?.cancel();
      timer = undefined;
    },
  };
}

/** Milliseconds and the number of the uplink make a time that no two uplinks share. */
function timeOf(ms: number, uplink: number): string {
  const fraction = String(uplink % 1_000_000).padStart(6, "0");
  return `${new Date(ms).toISOString().slice(0, -1)}${fraction}Z`;
}
