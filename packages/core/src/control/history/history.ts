// What pipelines did minute by minute, for charts: in bounded memory, and gone with the engine.
import type { Clock, Timer } from "../../clock.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Engine } from "../../runtime/engine.ts";
import { type Measured, measure } from "../live/measure.ts";
import { pipelineNumbers, sinkNumbers } from "../live/numbers.ts";
import type { Row } from "../live/shapes.ts";
import { Series } from "./series.ts";

const everyMs = 60_000;
/** An hour; less where so many pipelines and sinks would make it too much memory. */
const mostIntervals = 60;
const fewestIntervals = 10;
/** Intervals of all pipelines and sinks together: at 9 numbers of 4 bytes, 9 MiB. */
const mostRows = 250_000;

/** Numbers of a pipeline per minute; what ended in the minute, or the state at its end. */
export const pipelineColumns = [
  "receivedPerSecond",
  "deliveredPerSecond",
  "failedPerSecond",
  "discarded",
  "deadLettered",
  "inFlight",
  "parked",
  "p50Ms",
  "p99Ms",
] as const;
export const sinkColumns = [
  "deliveredPerSecond",
  "failedPerSecond",
  "discarded",
  "deadLettered",
  "inFlight",
  "parked",
  "p50Ms",
  "p99Ms",
] as const;

/** Counts since the start, of which a minute has its part. */
const counted: ReadonlySet<string> = new Set(["discarded", "deadLettered"]);

export type Columns<Name extends string> = Readonly<Record<Name, readonly (number | null)[]>>;

/** A pipeline's latest minutes, in columns of equal length, oldest first; null where nothing is known. */
export interface HistoryAnswer {
  readonly everyMs: number;
  /** The ends of the intervals, in milliseconds since the epoch. */
  readonly at: readonly number[];
  readonly pipeline: Columns<(typeof pipelineColumns)[number]>;
  readonly sinks: Readonly<Record<string, Columns<(typeof sinkColumns)[number]>>>;
}

interface Kept {
  readonly pipeline: Series;
  readonly sinks: Map<string, Series>;
}

/** Measures once a minute between `open` and `close`. */
export class History {
  readonly #engine: Pick<Engine, "status" | "timings">;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #capacity = mostIntervals;
  #measured: ReadonlyMap<string, Measured> = new Map();
  #measuredAt: number | undefined;
  #sinkNames: ReadonlyMap<string, readonly string[]> = new Map();
  #ends: number[] = [];
  /** The number of the next interval. */
  #next = 0;
  #timer: Timer | undefined;

  constructor(engine: Pick<Engine, "status" | "timings">, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  open(): void {
    this.#measure();
    this.#plan();
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** CONTROL_PIPELINE_UNKNOWN for a pipeline that neither runs nor was seen in the time that is kept. */
  of(pipeline: string): HistoryAnswer {
    const kept = this.#kept.get(pipeline);
    if (kept === undefined && !this.#engine.status().pipelines.some(({ name }) => name === pipeline)) {
      throw new SignalboxError("CONTROL_PIPELINE_UNKNOWN", `no pipeline "${pipeline}" runs here`);
    }
    const intervals = this.#ends.map((_end, at) => this.#next - this.#ends.length + at);
    return {
      everyMs,
      at: this.#ends,
      pipeline: columnsOf(pipelineColumns, kept?.pipeline, intervals),
      sinks: Object.fromEntries(
        [...(kept?.sinks ?? [])].map(([name, series]) => [name, columnsOf(sinkColumns, series, intervals)]),
      ),
    };
  }

  #plan(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#note();
      this.#plan();
    }, everyMs);
  }

  #note(): void {
    const before = this.#measured;
    const sinksBefore = this.#sinkNames;
    this.#measure();
    this.#makeRoom();
    for (const [name, { row, sinkRows }] of this.#measured) {
      const old = before.get(name);
      const kept = this.#keptOf(name);
      kept.pipeline.set(this.#next, pick(pipelineNumbers, pipelineColumns, { row, old: old?.row }));
      const oldNames = sinksBefore.get(name) ?? [];
      const names = this.#sinkNames.get(name) ?? [];
      for (const sink of kept.sinks.keys()) if (!names.includes(sink)) kept.sinks.get(sink)?.skip(this.#next);
      for (const [at, sink] of names.entries()) {
        const oldRow = old?.sinkRows[oldNames.indexOf(sink)];
        this.#sinkOf(kept, sink).set(
          this.#next,
          pick(sinkNumbers, sinkColumns, { row: sinkRows[at] ?? [], old: oldRow }),
        );
      }
    }
    for (const name of this.#kept.keys()) if (!this.#measured.has(name)) this.#kept.delete(name);
    this.#ends = [...this.#ends, this.#clock.now()].slice(-this.#capacity);
    this.#next += 1;
  }

  #measure(): void {
    const status = this.#engine.status();
    const [now, at] = [this.#clock.now(), this.#clock.monotonic()];
    const elapsedMs = this.#measuredAt === undefined ? undefined : at - this.#measuredAt;
    this.#measuredAt = at;
    this.#measured = measure(status, this.#engine.timings(), this.#measured, { now, elapsedMs });
    this.#sinkNames = new Map(status.pipelines.map(({ name, sinks }) => [name, sinks.map((sink) => sink.name)]));
  }

  /** More pipelines than there is memory for at an hour each: what was kept begins anew, shorter. */
  #makeRoom(): void {
    const series = [...this.#measured.values()].reduce((sum, { sinkRows }) => sum + 1 + sinkRows.length, 0);
    const room = Math.floor(mostRows / Math.max(1, series));
    const capacity = Math.max(fewestIntervals, Math.min(mostIntervals, room));
    if (capacity >= this.#capacity) return;
    this.#capacity = capacity;
    this.#kept.clear();
    this.#ends = [];
  }

  #keptOf(name: string): Kept {
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const fresh = { pipeline: new Series(pipelineColumns.length, this.#capacity), sinks: new Map<string, Series>() };
    this.#kept.set(name, fresh);
    return fresh;
  }

  #sinkOf({ sinks }: Kept, name: string): Series {
    const known = sinks.get(name);
    if (known !== undefined) return known;
    const fresh = new Series(sinkColumns.length, this.#capacity);
    sinks.set(name, fresh);
    return fresh;
  }
}

/** The wanted numbers of a row; of what is counted since the start, what is new since the row before. */
function pick(
  names: readonly string[],
  wanted: readonly string[],
  { row, old }: { readonly row: Row; readonly old: Row | undefined },
): Row {
  return wanted.map((name) => {
    const at = names.indexOf(name);
    const value = row[at] ?? null;
    return value !== null && counted.has(name) ? Math.max(0, value - (old?.[at] ?? 0)) : value;
  });
}

function columnsOf<Name extends string>(
  names: readonly Name[],
  series: Series | undefined,
  intervals: readonly number[],
): Columns<Name> {
  const columns = names.map((name, at) => [name, series?.column(at, intervals) ?? intervals.map(() => null)] as const);
  // one for each of the names
  return Object.fromEntries(columns) as unknown as Columns<Name>;
}
