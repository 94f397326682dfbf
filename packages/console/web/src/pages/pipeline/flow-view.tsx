import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Graph } from "../../graph/graph.tsx";
import { count, rate, span } from "../../data/format.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { Lamp } from "../../ui/lamp.tsx";
import { Panel } from "../../ui/page.tsx";
import { sentence } from "../../ui/states.tsx";
import { At } from "../../ui/times.tsx";
import { Counts } from "./counts.tsx";
import { OverTime } from "./over-time.tsx";
import { pipelineGraph } from "./pipeline-graph.ts";
import { SinkTable } from "./sink-table.tsx";
import { StepTable } from "./step-table.tsx";

export function FlowView({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const graph = useMemo(() => pipelineGraph(pipeline), [pipeline]);
  return (
    <>
      <Trouble pipeline={pipeline} />
      <Panel title="Way of a message" tools={<span class="muted">Choose a stage to tap it</span>}>
        <Graph label={`Stages of ${pipeline.name}`} graph={graph} />
      </Panel>
      <Numbers pipeline={pipeline} />
      <OverTime pipeline={pipeline} />
      {pipeline.steps.length === 0 ? null : (
        <Panel title="Steps">
          <StepTable steps={pipeline.steps} />
        </Panel>
      )}
      <Panel title="Sinks">
        <SinkTable sinks={pipeline.sinks} />
      </Panel>
      <Counts name={pipeline.name} />
    </>
  );
}

/** What keeps the pipeline or its sinks from working, in the engine's words. */
function Trouble({ pipeline: { problem, sinks, source } }: { pipeline: LivePipeline }): JSX.Element | null {
  const failing = sinks.filter((sink) => sink.problem !== undefined || sink.breaker.state !== "closed");
  if (problem === undefined && failing.length === 0 && source.status?.state !== "failed") return null;
  return (
    <div class="stack" role="status">
      {problem === undefined ? null : (
        <div class="notice level-bad">
          <strong>{sentence(problem.message)}</strong>
          {problem.hint === undefined ? null : <span>{sentence(problem.hint)}</span>}
          <span>
            <span class="tag">{problem.code}</span>
          </span>
        </div>
      )}
      {failing.map(({ name, problem, breaker }) => (
        <div key={name} class={`notice level-${breaker.state === "open" ? "bad" : "warn"}`}>
          <strong>{`${name}: ${problem?.message ?? breaker.reason?.message ?? "fails"}`}</strong>
          {problem?.hint === undefined ? null : <span>{sentence(problem.hint)}</span>}
          {breaker.nextTryAt === undefined ? null : (
            <span>
              It is left alone and tried again at <At at={breaker.nextTryAt} />.
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function Numbers({ pipeline: { numbers, source } }: { pipeline: LivePipeline }): JSX.Element {
  const { p50Ms, p99Ms } = numbers;
  const facts: readonly (readonly [string, string, string?])[] = [
    ["In", rate(numbers.receivedPerSecond ?? 0), `${count(numbers.received ?? 0)} since the start`],
    ["Written", rate(numbers.deliveredPerSecond ?? 0), `${count(numbers.delivered ?? 0)} since the start`],
    ["Failed tries", rate(numbers.failedPerSecond ?? 0), `${count(numbers.deadLettered ?? 0)} dead letters`],
    ["In flight", count(numbers.inFlight ?? 0)],
    ["Parked", count(numbers.parked ?? 0)],
    ["Lag", p50Ms === null ? "–" : span(p50Ms), p99Ms === null ? "nothing written just now" : `${span(p99Ms)} at p99`],
  ];
  const { status } = source;
  return (
    <>
      <dl class="figures">
        {facts.map(([title, value, note]) => (
          <div key={title} class="figure">
            <dt>{title}</dt>
            <dd>{value}</dd>
            {note === undefined ? null : <dd class="figure-note">{note}</dd>}
          </div>
        ))}
      </dl>
      {status === undefined ? null : (
        <p class="source-line">
          <Lamp
            level={status.state === "live" ? "ok" : status.state === "failed" ? "bad" : "info"}
            text={`Source ${status.state}`}
          />
          <span class="muted">{status.detail ?? ""}</span>
        </p>
      )}
    </>
  );
}
