import type { DurationCounts, EngineStatus, EngineTimings, Readiness, ScheduleControl } from "@signalbox/core";
import type { CommandBook } from "./command-book.ts";
import type { TickBook } from "./tick-book.ts";

/** What the metrics are read from, all of one moment. */
export interface Reading {
  readonly status: EngineStatus;
  readonly timings: EngineTimings;
  readonly readiness: Readiness;
  readonly jumps: ReturnType<ScheduleControl["clockJumps"]>;
  readonly ticks: TickBook;
  readonly commands: CommandBook;
  readonly loopDelay: DurationCounts;
}

export type Labels = Readonly<Record<string, string>>;

/** A value under its labels; of a histogram the durations. */
export interface Sample<Value = number | DurationCounts> {
  readonly labels: Labels;
  readonly value: Value;
}

/** A metric: what it is called, what it says, and where it is read. Nothing is counted for it: it is read when asked for. */
export type Metric = ReadMetric<"counter" | "gauge", number> | ReadMetric<"histogram", DurationCounts>;

interface ReadMetric<Type, Value> {
  readonly type: Type;
  /** With the unit; `_total` on counters. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** What its samples may be labelled with, in order. */
  readonly labels: readonly string[];
  /** What becomes of samples that share a series, because there are too many pipelines for one each. Default sum. */
  readonly merged?: "sum" | "max";
  /** Every call gives a new iterator over samples of the reading. */
  read(reading: Reading): Iterable<Sample<Value>>;
}

type Given<M> = Omit<M, "type">;

export function counter(given: Given<ReadMetric<"counter", number>>): Metric {
  return { type: "counter", ...given };
}

export function gauge(given: Given<ReadMetric<"gauge", number>>): Metric {
  return { type: "gauge", ...given };
}

export function histogram(given: Given<ReadMetric<"histogram", DurationCounts>>): Metric {
  return { type: "histogram", ...given };
}
