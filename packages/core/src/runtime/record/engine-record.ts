// What an engine remembers of the latest messages, so that somebody can ask what became of one. In memory alone.
import type { Clock } from "../../clock.ts";
import type { Stray, Strays } from "../../component/services.ts";
import { type Capacity, PipelineRecord } from "./pipeline-record.ts";
import { Ring } from "./ring.ts";
import { roughBytes } from "./rough-bytes.ts";

/** Of one pipeline at most, and of all together: many pipelines keep fewer each, at least the latest. */
const most = { passages: 128, ends: 128, deaths: 32 };
const mostOfAll = { passages: 8192, ends: 8192, deaths: 2048 };
const mostStrays = 256;
const mostBytes = 16 * 1024 * 1024;
/** How often the bodies that are kept are weighed, at most. */
const weighMs = 1000;

export class EngineRecord implements Strays {
  readonly clock: Clock;
  readonly #pipelines = new Map<string, PipelineRecord>();
  readonly #strays = new Ring<Stray>(mostStrays);
  /** On their own: after an outage there are many, which must not push out what nobody asks for. */
  readonly #repeats = new Ring<Stray>(mostStrays);
  #capacity: Capacity = most;
  #weighedAt = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** That of a pipeline, made when it is first asked for. */
  of(pipeline: string): PipelineRecord {
    const known = this.#pipelines.get(pipeline);
    if (known !== undefined) return known;
    const fresh = new PipelineRecord(pipeline, {
      capacity: this.#capacity,
      clock: this.clock,
      onMany: () => this.#weigh(),
    });
    this.#pipelines.set(pipeline, fresh);
    this.#share();
    return fresh;
  }

  get(pipeline: string): PipelineRecord | undefined {
    return this.#pipelines.get(pipeline);
  }

  all(): readonly PipelineRecord[] {
    return [...this.#pipelines.values()];
  }

  /** A pipeline is gone; one that is watched may come back. */
  forget(pipeline: string): void {
    if (this.#pipelines.get(pipeline)?.isFollowed === false) this.#pipelines.delete(pipeline);
    this.#share();
  }

  stray(stray: Stray): void {
    const isRepeat = stray.why === "repeated" || stray.why === "backfilled";
    (isRepeat ? this.#repeats : this.#strays).add(stray);
  }

  strays(): readonly Stray[] {
    const all = [...this.#strays.newestFirst(), ...this.#repeats.newestFirst()];
    return all.toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  }

  #share(): void {
    const count = Math.max(1, this.#pipelines.size);
    const part = (name: keyof Capacity): number =>
      Math.max(1, Math.min(most[name], Math.floor(mostOfAll[name] / count)));
    const capacity = { passages: part("passages"), ends: part("ends"), deaths: part("deaths") };
    if (capacity.passages === this.#capacity.passages && capacity.deaths === this.#capacity.deaths) return;
    this.#capacity = capacity;
    for (const record of this.#pipelines.values()) record.resize(capacity);
  }

  /** Keeps the bodies of all pipelines within bounds: the heaviest pipeline forgets first. */
  #weigh(): void {
    const now = this.clock.monotonic();
    if (now - this.#weighedAt < weighMs) return;
    this.#weighedAt = now;
    const weights = [...this.#pipelines.values()].map((record) => ({ record, bytes: bytesOf(record) }));
    let sum = weights.reduce((total, { bytes }) => total + bytes, 0);
    weights.sort((a, b) => b.bytes - a.bytes);
    for (const { record, bytes } of weights) {
      if (sum <= mostBytes) return;
      // What it may keep of its weight, so that the sum is right if it alone is too heavy.
      const part = Math.max(0, (bytes - (sum - mostBytes)) / bytes);
      record.passages.keep(Math.floor(record.passages.size * part));
      record.deaths.keep(Math.floor(record.deaths.size * part));
      sum -= bytes * (1 - part);
    }
  }
}

function bytesOf({ passages, deaths }: PipelineRecord): number {
  let bytes = 0;
  for (const { original } of passages.newestFirst()) bytes += roughBytes(original.body);
  for (const { original } of deaths.newestFirst()) bytes += roughBytes(original.body);
  return bytes;
}
