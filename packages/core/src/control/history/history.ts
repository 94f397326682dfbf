// What pipelines did minute by minute, for charts: in bounded memory, and gone with the engine.
import type { Clock, Timer } from "../../clock.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Engine } from "../../runtime/engine.ts";
import { type Measured, measure } from "../live/measure.ts";
import {
  pipelineColumns,
  pipelineNumbers,
  sinkColumns,
  sinkNumbers,
  stepColumns,
  stepNumbers,
} from "../live/numbers.ts";
import type { Row } from "../live/shapes.ts";
import { Series } from "./series.ts";

const everyMs = 60_000;
/** An hour; less where so many pipelines and sinks would make it too much memory. */
const mostIntervals = 60;
const fewestIntervals = 10;
/** Intervals of all pipelines, steps and sinks together: at 9 numbers of 4 bytes, 9 MiB. */
const mostRows = 250_000;

/** Counts since the start, of which a minute has its part. */
const counted: ReadonlySet<string> = new Set(["discarded", "deadLettered"]);

export type Columns<Name extends string> = Readonly<Record<Name, readonly (number | null)[]>>;

/** A pipeline's latest minutes, in columns of equal length, oldest first; null where nothing is known. */
export interface HistoryAnswer {
  readonly everyMs: number;
  /** The ends of the intervals, in milliseconds since the epoch. */
  readonly at: readonly number[];
  readonly pipeline: Columns<(typeof pipelineColumns)[number]>;
  readonly steps: Readonly<Record<string, Columns<(typeof stepColumns)[number]>>>;
  readonly sinks: Readonly<Record<string, Columns<(typeof sinkColumns)[number]>>>;
}

interface Kept {
  readonly pipeline: Series;
  readonly steps: Map<string, Series>;
  readonly sinks: Map<string, Series>;
}

/** The names of numbers as they are measured, and of those that are kept. */
interface Kind {
  readonly numbers: readonly string[];
  readonly columns: readonly string[];
}

const ofPipelines: Kind = { numbers: pipelineNumbers, columns: pipelineColumns };
const ofSteps: Kind = { numbers: stepNumbers, columns: stepColumns };
const ofSinks: Kind = { numbers: sinkNumbers, columns: sinkColumns };

/** Steps or sinks of a pipeline with their rows, in the same order. */
interface Parts {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
}

/** Measures once a minute between `open` and `close`. */
export class History {
  readonly #engine: Pick<Engine, "status" | "timings">;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #capacity = mostIntervals;
  #measured: ReadonlyMap<string, Measured> = new Map();
  #measuredAt: number | undefined;
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
      steps: partColumns(stepColumns, kept?.steps, intervals),
      sinks: partColumns(sinkColumns, kept?.sinks, intervals),
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
    this.#measure();
    this.#makeRoom();
    for (const [name, measured] of this.#measured) {
      const old = before.get(name);
      const kept = this.#keptOf(name);
      kept.pipeline.set(this.#next, pick(ofPipelines, measured.row, old?.row));
      this.#noteParts(kept.steps, ofSteps, stepsOf(measured), old && stepsOf(old));
      this.#noteParts(kept.sinks, ofSinks, sinksOf(measured), old && sinksOf(old));
    }
    for (const name of this.#kept.keys()) if (!this.#measured.has(name)) this.#kept.delete(name);
    this.#ends = [...this.#ends, this.#clock.now()].slice(-this.#capacity);
    this.#next += 1;
  }

  #noteParts(kept: Map<string, Series>, kind: Kind, now: Parts, before: Parts | undefined): void {
    for (const [name, series] of kept) if (!now.names.includes(name)) series.skip(this.#next);
    for (const [at, name] of now.names.entries()) {
      const series = kept.get(name) ?? new Series(kind.columns.length, this.#capacity);
      kept.set(name, series);
      series.set(this.#next, pick(kind, now.rows[at] ?? [], before?.rows[before.names.indexOf(name)]));
    }
  }

  #measure(): void {
    const status = this.#engine.status();
    const [now, at] = [this.#clock.now(), this.#clock.monotonic()];
    const elapsedMs = this.#measuredAt === undefined ? undefined : at - this.#measuredAt;
    this.#measuredAt = at;
    this.#measured = measure(status, this.#engine.timings(), this.#measured, { now, elapsedMs });
  }

  /** More pipelines than there is memory for at an hour each: what was kept begins anew, shorter. */
  #makeRoom(): void {
    const sizes = [...this.#measured.values()].map(({ stepRows, sinkRows }) => 1 + stepRows.length + sinkRows.length);
    const series = sizes.reduce((sum, size) => sum + size, 0);
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
    const pipeline = new Series(pipelineColumns.length, this.#capacity);
    const fresh: Kept = { pipeline, steps: new Map(), sinks: new Map() };
    this.#kept.set(name, fresh);
    return fresh;
  }
}

function stepsOf({ counted: { steps }, stepRows }: Measured): Parts {
  return { names: steps.map(({ name }) => name), rows: stepRows };
}

function sinksOf({ counted: { sinks }, sinkRows }: Measured): Parts {
  return { names: sinks.map(({ name }) => name), rows: sinkRows };
}

/** The wanted numbers of a row; of what is counted since the start, what is new since the row before. */
function pick({ numbers, columns }: Kind, row: Row, old: Row | undefined): Row {
  return columns.map((name) => {
    const at = numbers.indexOf(name);
    const value = row[at] ?? null;
    return value !== null && counted.has(name) ? Math.max(0, value - (old?.[at] ?? 0)) : value;
  });
}

function partColumns<Name extends string>(
  names: readonly Name[],
  kept: ReadonlyMap<string, Series> | undefined,
  intervals: readonly number[],
): Readonly<Record<string, Columns<Name>>> {
  return Object.fromEntries([...(kept ?? [])].map(([part, series]) => [part, columnsOf(names, series, intervals)]));
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
