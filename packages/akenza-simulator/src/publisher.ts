import type { Building } from "./building.ts";
import type { Clock } from "./clock.ts";
import type { Activity } from "./entry-log.ts";
import { SimulatorError } from "./errors.ts";
import type { History } from "./history.ts";
import { readSampleInput } from "./sample.ts";
import type { Sample, SampleInput } from "./sample.ts";
import type { DataStreams } from "./stream/data-streams.ts";
import type { Stamps } from "./timestamps.ts";

interface PublisherContext {
  readonly activity: Activity;
  readonly building: Building;
  readonly clock: Clock;
  readonly history: History;
  readonly stamps: Stamps;
  readonly streams: DataStreams;
}

/** The one way of a sample into the simulator: stored if it is new, then sent to its subscribers. */
export class Publisher {
  readonly #context: PublisherContext;
  readonly #held: Sample[] = [];
  #toRepeat = 0;
  #toHold = 0;
  /** Samples that were new. */
  inserted = 0;
  /** Samples that were there already, and so were not sent. */
  refused = 0;

  constructor(context: PublisherContext) {
    this.#context = context;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Completes a sample from outside and publishes it. */
  emit(input: SampleInput): Sample {
    const { deviceId, topic = "default", timestamp, data } = readSampleInput(input, "sample");
    const { building, clock, stamps } = this.#context;
    if (!building.device(deviceId)) {
      throw new SimulatorError("SIMULATOR_DEVICE_UNKNOWN", `no device has the akenza id ${JSON.stringify(deviceId)}`);
    }
    const sample = { deviceId, topic, timestamp: timestamp ?? stamps.next(deviceId, clock.now()), data };
    this.publish(sample);
    return sample;
  }

  publish(sample: Sample): void {
    if (this.#toHold === 0) return this.#insert(sample);
    this.#toHold -= 1;
    this.#held.push(sample);
  }

  /** The next `count` samples go out twice. */
  repeatNext(count: number): void {
    this.#toRepeat += count;
  }

  /** The next `count` samples are neither stored nor sent until they are released, with the timestamp they have now. */
  holdNext(count: number): void {
    this.#toHold += count;
  }

  /** Publishes what is held, late; returns how many samples that were. */
  release(): number {
    const late = this.#held.splice(0);
    for (const sample of late) this.#insert(sample);
    return late.length;
  }

  clearFaults(): void {
    this.#toRepeat = 0;
    this.#toHold = 0;
    this.release();
  }

  #insert(sample: Sample): void {
    const { activity, clock, history, streams } = this.#context;
    if (!history.insert(sample, clock.now())) {
      this.refused += 1;
      return;
    }
    this.inserted += 1;
    activity.notify();
    streams.publish(sample);
    if (this.#toRepeat === 0) return;
    this.#toRepeat -= 1;
    streams.publish(sample);
  }
}
