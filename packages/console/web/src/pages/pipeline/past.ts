// How a pipeline's stages went since its page was opened, second by second: as many points as are drawn, and no more.
import type { LivePipeline } from "@signalbox/core/control-types";

/** Numbers of one stage over time, by their names. */
export type Columns = Readonly<Record<string, readonly (number | null)[]>>;

export interface Past {
  /** Seconds since the epoch. */
  readonly at: number[];
  /** By `stageKey`; each column is as long as `at`. */
  readonly stages: Map<string, Record<string, (number | null)[]>>;
}

const mostPoints = 900;
const charted: ReadonlySet<string> = new Set([
  "receivedPerSecond",
  "passedPerSecond",
  "discardedPerSecond",
  "deliveredPerSecond",
  "failedPerSecond",
  "p99Ms",
]);

/** The whole pipeline, where no stage is named. */
export function stageKey(kind: "whole" | "step" | "sink", name = ""): string {
  return kind === "whole" ? "" : `${kind} ${name}`;
}

/** Adds a point for each stage, unless there is one of this time. */
export function note({ at: times, stages }: Past, at: number, { numbers, steps, sinks }: LivePipeline): void {
  if (times.at(-1) === at || Number.isNaN(at)) return;
  const now = new Map<string, Readonly<Record<string, number | null>>>([
    [stageKey("whole"), numbers],
    ...steps.map((step) => [stageKey("step", step.name), step.numbers] as const),
    ...sinks.map((sink) => [stageKey("sink", sink.name), sink.numbers] as const),
  ]);
  for (const key of stages.keys()) if (!now.has(key)) stages.delete(key);
  for (const [key, values] of now) {
    const columns = stages.get(key) ?? {};
    stages.set(key, columns);
    for (const [name, value] of Object.entries(values)) {
      if (!charted.has(name)) continue;
      // A stage that came later was not there before.
      const column = (columns[name] ??= times.map((): number | null => null));
      column.push(value);
      if (column.length > mostPoints) column.shift();
    }
  }
  times.push(at);
  if (times.length > mostPoints) times.shift();
}
