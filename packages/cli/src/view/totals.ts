import type { DiscardCounts, EngineStatus, PipelineStatus } from "@signalbox/core";

/** What a person wants to know of a pipeline's counts: messages in, and what became of them and their writes. */
export interface Totals {
  readonly received: number;
  readonly discarded: number;
  readonly delivered: number;
  readonly parked: number;
  readonly deadLettered: number;
}

/** received and parked count messages; the others count where a message or one of its writes ended. */
export function totalsOf(pipeline: PipelineStatus): Totals {
  const { counts, sinks } = pipeline;
  const total = {
    received: counts.received,
    discarded: sumOf(counts.discarded),
    delivered: 0,
    parked: counts.parked,
    deadLettered: counts.deadLettered,
  };
  for (const sink of sinks) {
    total.discarded += sumOf(sink.counts.discarded);
    total.delivered += sink.counts.delivered;
    total.deadLettered += sink.counts.deadLettered;
  }
  return total;
}

function sumOf(discarded: DiscardCounts): number {
  return Object.values(discarded).reduce((sum, count) => sum + count, 0);
}

/** Growth per second; parked is a level and has none. */
export type Rates = Omit<Totals, "parked">;

/** Rates of every pipeline over a sliding window of snapshots. */
export interface RateWindow {
  add(status: EngineStatus): void;
  /** Per second; zeros for a pipeline seen once or never. */
  ratesOf(pipeline: string): Rates;
}

interface Snapshot {
  readonly atMs: number;
  readonly totals: ReadonlyMap<string, Totals>;
}

const still: Rates = { received: 0, discarded: 0, delivered: 0, deadLettered: 0 };

export function createRateWindow(windowMs: number): RateWindow {
  const snapshots: Snapshot[] = [];
  return {
    add(status) {
      const totals = new Map(status.pipelines.map((pipeline) => [pipeline.name, totalsOf(pipeline)]));
      const atMs = Date.parse(status.now);
      snapshots.push({ atMs, totals });
      // The oldest one kept is the last that is at least a window old, so that the window is always covered.
      while (snapshots.length > 2 && (snapshots[1]?.atMs ?? atMs) <= atMs - windowMs) snapshots.shift();
    },
    ratesOf(pipeline) {
      const last = snapshots.at(-1);
      const first = snapshots.find(({ totals }) => totals.has(pipeline));
      const from = first?.totals.get(pipeline);
      const to = last?.totals.get(pipeline);
      if (first === undefined || last === undefined || from === undefined || to === undefined) return still;
      const seconds = (last.atMs - first.atMs) / 1_000;
      return seconds <= 0 ? still : ratesBetween(from, to, seconds);
    },
  };
}

function ratesBetween(from: Totals, to: Totals, seconds: number): Rates {
  return {
    received: (to.received - from.received) / seconds,
    discarded: (to.discarded - from.discarded) / seconds,
    delivered: (to.delivered - from.delivered) / seconds,
    deadLettered: (to.deadLettered - from.deadLettered) / seconds,
  };
}
