// The live state out of snapshots of the status: rates are what grew between two of them.
import type { EngineStatus, PipelineStatus, Readiness, SinkStatus } from "@signalbox/core";
import type { LivePipeline, LiveSink, LiveState, PipelineNumbers } from "./model.ts";

/** Snapshots lie this far apart, so that a slow flow does not flicker between nothing and much. */
const windowMs = 6_000;

export class StatusReader {
  readonly #snapshots: EngineStatus[] = [];
  readonly #receivedAt = new Map<string, number>();

  read(status: EngineStatus, readiness: Readiness): LiveState {
    const [first] = this.#snapshots;
    // Another run of the engine counts from 0 again.
    if (first !== undefined && first.startedAt !== status.startedAt) this.#snapshots.length = 0;
    this.#noteArrivals(this.#snapshots.at(-1), status);
    this.#snapshots.push(status);
    const now = Date.parse(status.now);
    while (this.#snapshots.length > 2 && now - Date.parse(this.#snapshots[1]?.now ?? "") >= windowMs) {
      this.#snapshots.shift();
    }
    const [oldest = status] = this.#snapshots;
    const seconds = (now - Date.parse(oldest.now)) / 1_000;
    const before = new Map(oldest.pipelines.map((each) => [each.name, each]));
    const pipelines = status.pipelines.map((each) => {
      const grown = growth(before.get(each.name) ?? each, each, seconds);
      return { ...grown, numbers: { ...grown.numbers, receivedAt: this.#receivedAt.get(each.name) ?? null } };
    });
    const { now: at, connections, deadLetters, notices, ticks, commands, reload } = status;
    return { at, engine: status, pipelines, connections, readiness, deadLetters, notices, ticks, commands, reload };
  }

  #noteArrivals(before: EngineStatus | undefined, { pipelines, now }: EngineStatus): void {
    if (before === undefined) return;
    const counts = new Map(before.pipelines.map((each) => [each.name, each.counts.received]));
    for (const { name, counts: latest } of pipelines) {
      if (latest.received !== counts.get(name)) this.#receivedAt.set(name, Date.parse(now));
    }
    for (const name of this.#receivedAt.keys()) if (!counts.has(name)) this.#receivedAt.delete(name);
  }
}

function growth(before: PipelineStatus, now: PipelineStatus, seconds: number): LivePipeline {
  const perSecond = perSecondOver(seconds);
  const earlier = new Map(before.sinks.map((each) => [each.name, each]));
  const sinks = now.sinks.map((sink) => sinkOf(earlier.get(sink.name) ?? sink, sink, seconds));
  const sum = (of: (sink: LiveSink) => number | null): number => sinks.reduce((all, sink) => all + (of(sink) ?? 0), 0);
  const { counts } = now;
  const numbers: PipelineNumbers = {
    received: counts.received,
    receivedPerSecond: perSecond(before.counts.received, counts.received),
    delivered: sum((sink) => sink.numbers.delivered),
    deliveredPerSecond: sum((sink) => sink.numbers.deliveredPerSecond),
    failedPerSecond:
      sum((sink) => sink.numbers.failedPerSecond) + perSecond(before.counts.deadLettered, counts.deadLettered),
    discarded: sumOf(counts.discarded) + sum((sink) => sink.numbers.discarded),
    deadLettered: counts.deadLettered + sum((sink) => sink.numbers.deadLettered),
    inFlight: counts.inFlight,
    parked: counts.parked,
    p50Ms: null,
    p99Ms: null,
    receivedAt: null,
  };
  return { ...now, sinks, numbers };
}

function sinkOf(before: SinkStatus, now: SinkStatus, seconds: number): LiveSink {
  const perSecond = perSecondOver(seconds);
  const { counts, parkedSize } = now;
  const { retried, deadLettered } = before.counts;
  return {
    ...now,
    isFull: parkedSize.isFull,
    numbers: {
      delivered: counts.delivered,
      deliveredPerSecond: perSecond(before.counts.delivered, counts.delivered),
      failedPerSecond: perSecond(retried + deadLettered, counts.retried + counts.deadLettered),
      discarded: sumOf(counts.discarded),
      deadLettered: counts.deadLettered,
      inFlight: counts.inFlight,
      parked: counts.parked,
      p50Ms: null,
      p99Ms: null,
    },
  };
}

function perSecondOver(seconds: number): (from: number, to: number) => number {
  return (from, to) => (seconds <= 0 ? 0 : Math.max(0, to - from) / seconds);
}

export function sumOf(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
