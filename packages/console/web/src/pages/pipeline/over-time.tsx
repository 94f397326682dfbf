import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { rate, span } from "../../data/format.ts";
import type { HistoryAnswer, LivePipeline } from "@signalbox/core/control-types";
import { Chart, type Series } from "../../ui/chart.tsx";
import { live } from "../../live/live.ts";
import { query, setQuery } from "../../router.ts";
import { Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Columns, note, type Past, stageKey } from "./past.ts";

/** How the pipeline, a step or a sink went: since the page was opened, second by second, or the last hour by minutes. */
export function OverTime({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const [isHour, setHour] = useState(false);
  const past = useRef<Past>({ at: [], stages: new Map() });
  const at = Date.parse(live.value?.at ?? "") / 1_000;
  note(past.current, at, pipeline);
  const asked = query.value.get("of") ?? "";
  const stage = past.current.stages.has(asked) ? asked : stageKey("whole");
  const tools = (
    <div class="row" role="group" aria-label="What the charts show">
      <StageChoice pipeline={pipeline} stage={stage} />
      <button type="button" class="button small" aria-pressed={!isHour} onClick={() => setHour(false)}>
        Since opened
      </button>
      <button type="button" class="button small" aria-pressed={isHour} onClick={() => setHour(true)}>
        Last hour
      </button>
    </div>
  );
  return (
    <Panel title="Over time" tools={tools}>
      {isHour ? (
        <LastHour key={stage} name={pipeline.name} stage={stage} />
      ) : (
        <Charts
          key={stage}
          stage={stage}
          times={past.current.at}
          columns={past.current.stages.get(stage) ?? {}}
          nth={at}
        />
      )}
    </Panel>
  );
}

interface StageProps {
  readonly pipeline: LivePipeline;
  readonly stage: string;
}

function StageChoice({ pipeline: { steps, sinks }, stage }: StageProps): JSX.Element {
  return (
    <select
      class="input filter-state"
      aria-label="Of what"
      value={stage}
      onChange={(event) => setQuery({ of: event.currentTarget.value })}
    >
      <option value={stageKey("whole")}>The whole pipeline</option>
      {steps.map(({ name }) => (
        <option key={`step ${name}`} value={stageKey("step", name)}>{`Step ${name}`}</option>
      ))}
      {sinks.map(({ name }) => (
        <option key={`sink ${name}`} value={stageKey("sink", name)}>{`Sink ${name}`}</option>
      ))}
    </select>
  );
}

function LastHour({ name, stage }: { name: string; stage: string }): JSX.Element {
  const asked = queryOf({ pipeline: name });
  const found = useResource(asked, (signal) => get<HistoryAnswer>(`history${asked}`, signal), { everyMs: 30_000 });
  return (
    <Asked of={found} what="the last hour">
      {(answer) => {
        const times = answer.at.map((end) => end / 1_000);
        return times.length < 2 ? (
          <Empty title="Not yet: the engine notes a point a minute" />
        ) : (
          <Charts stage={stage} times={times} columns={columnsOf(answer, stage)} nth={times.at(-1) ?? 0} />
        );
      }}
    </Asked>
  );
}

function columnsOf({ pipeline, steps, sinks }: HistoryAnswer, stage: string): Columns {
  const [, kind, name = ""] = /^(step|sink) (.*)$/s.exec(stage) ?? [];
  if (kind === undefined) return pipeline;
  return (kind === "step" ? steps[name] : sinks[name]) ?? {};
}

/** Title, colour and number of each line. */
type Lines = readonly (readonly [title: string, colour: string, number: string])[];

const wholeLines: Lines = [
  ["In", "--accent", "receivedPerSecond"],
  ["Written", "--info", "deliveredPerSecond"],
  ["Failed tries", "--bad", "failedPerSecond"],
];
const stepLines: Lines = [
  ["Passed", "--accent", "passedPerSecond"],
  ["Discarded", "--warn", "discardedPerSecond"],
  ["Failed", "--bad", "failedPerSecond"],
];
const sinkLines: Lines = [
  ["Written", "--info", "deliveredPerSecond"],
  ["Failed tries", "--bad", "failedPerSecond"],
];

interface ChartsProps {
  readonly stage: string;
  readonly times: readonly number[];
  readonly columns: Columns;
  readonly nth: number;
}

function Charts({ stage, times, columns, nth }: ChartsProps): JSX.Element {
  const isStep = stage.startsWith("step ");
  const lines = isStep ? stepLines : stage.startsWith("sink ") ? sinkLines : wholeLines;
  const flow = lines.map(([title, colour, number]): Series => {
    return { title, colour, values: (columns[number] ?? []).map((value) => value ?? 0) };
  });
  const took = columns["p99Ms"] ?? [];
  return (
    <div class="charts">
      <Chart label="Messages per second" times={times} series={flow} write={rate} nth={nth} />
      {took.some((value) => value !== null) ? (
        <Chart
          label={isStep ? "Takes, at p99" : "Lag at p99"}
          times={times}
          series={[{ title: "p99", colour: "--warn", values: took }]}
          write={span}
          nth={nth}
        />
      ) : null}
    </div>
  );
}
