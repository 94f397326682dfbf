import type { JSX } from "preact";
import { count, rate, span } from "../../data/format.ts";
import { byLevel, type Judged, judgePipeline, type Level } from "../../live/level.ts";
import type { LivePipeline, PipelineNumbers } from "@signalbox/core/control-types";
import { pipelineHref } from "../../router.ts";
import { Lamp } from "../../ui/lamp.tsx";
import type { Column } from "../../ui/table.tsx";
import { Ago } from "../../ui/times.tsx";

export interface PipelineRow {
  readonly pipeline: LivePipeline;
  readonly judged: Judged;
}

export function rowsOf(pipelines: readonly LivePipeline[]): readonly PipelineRow[] {
  return pipelines.map((pipeline) => ({ pipeline, judged: judgePipeline(pipeline) }));
}

const levels: readonly Level[] = (["ok", "info", "idle", "warn", "bad"] as const).toSorted(byLevel);

export const columns: readonly Column<PipelineRow>[] = [
  {
    key: "state",
    title: "Pipeline",
    cell: (row) => <Name row={row} />,
    order: ({ judged, pipeline }) => `${levels.indexOf(judged.level)} ${pipeline.name}`,
    class: "name-cell",
  },
  { key: "way", title: "Way", cell: ({ pipeline }) => <Way pipeline={pipeline} />, isWide: true, class: "way-cell" },
  numbers("in", "In", "receivedPerSecond", rate),
  numbers("out", "Written", "deliveredPerSecond", rate),
  numbers("failed", "Failed tries", "failedPerSecond", rate, "bad"),
  numbers("parked", "Parked", "parked", count, "warn"),
  numbers("dead", "Dead", "deadLettered", count, "bad"),
  numbers("lag", "Lag p99", "p99Ms", span),
  {
    key: "last",
    title: "Last message",
    cell: ({ pipeline: { numbers } }) => <Ago at={numbers.receivedAt ?? undefined} />,
    order: ({ pipeline: { numbers } }) => numbers.receivedAt ?? 0,
    isNumber: true,
    isWide: true,
  },
];

function numbers(
  key: string,
  title: string,
  of: keyof PipelineNumbers,
  ...[write, level]: [write: (value: number) => string, level?: Level]
): Column<PipelineRow> {
  const cell = ({ pipeline }: PipelineRow): JSX.Element => {
    const value = pipeline.numbers[of];
    const isQuiet = value === null || value === 0;
    const tone = isQuiet ? "muted" : level === undefined ? undefined : `level-${level}`;
    return <span class={tone}>{value === null ? "–" : write(value)}</span>;
  };
  return { key, title, cell, order: ({ pipeline }) => pipeline.numbers[of] ?? -1, isNumber: true, isWide: true };
}

function Name({ row: { pipeline, judged } }: { row: PipelineRow }): JSX.Element {
  const { name, description, numbers } = pipeline;
  const isWell = judged.level === "ok";
  const { parked, deadLettered } = numbers;
  return (
    <div class="name">
      <Lamp level={judged.level} text={judged.text} isMute />
      <div class="name-text">
        <a href={pipelineHref(name)}>{name}</a>
        <span
          class={`name-note ellipsis ${isWell ? "muted narrow-hide" : `level-${judged.level}`}`}
          title={description}
        >
          {isWell ? description : judged.text}
        </span>
        <span class="name-note muted wide-hide">
          {rate(numbers.receivedPerSecond ?? 0)} in, {rate(numbers.deliveredPerSecond ?? 0)} out
          {parked === null || parked === 0 ? "" : `, ${count(parked)} parked`}
          {deadLettered === null || deadLettered === 0 ? "" : `, ${count(deadLettered)} dead`}
        </span>
      </div>
    </div>
  );
}

function Way({ pipeline: { source, steps, sinks } }: { pipeline: LivePipeline }): JSX.Element {
  const [first] = steps;
  const middle = first === undefined ? "" : steps.length === 1 ? ` › ${first.component}` : ` › ${steps.length} steps`;
  const ends = sinks.slice(0, 2).map(({ name, component }) => (name === component ? name : `${component} ${name}`));
  const more = sinks.length > 2 ? ` +${sinks.length - 2}` : "";
  const text = `${source.component}${middle} › ${ends.join(", ")}${more}`;
  return (
    <span class="muted ellipsis way" title={text}>
      {text}
    </span>
  );
}
