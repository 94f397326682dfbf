import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { rate, span } from "../../data/format.ts";
import type { HistoryAnswer, LivePipeline } from "@signalbox/core/control-types";
import { Chart, type Series } from "../../ui/chart.tsx";
import { live } from "../../live/live.ts";
import { Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";

const mostPoints = 900;

interface Past {
  readonly at: number[];
  readonly in: number[];
  readonly out: number[];
  readonly failed: number[];
  readonly lag: (number | null)[];
}

/** How the pipeline went: since the page was opened, second by second, or in the last hour, minute by minute. */
export function OverTime({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const [isHour, setHour] = useState(false);
  const past = useRef<Past>({ at: [], in: [], out: [], failed: [], lag: [] });
  const at = Date.parse(live.value?.at ?? "") / 1_000;
  note(past.current, at, pipeline);
  const tools = (
    <div class="row" role="group" aria-label="Span of the charts">
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
      {isHour ? <LastHour name={pipeline.name} /> : <Charts past={past.current} nth={at} />}
    </Panel>
  );
}

function LastHour({ name }: { name: string }): JSX.Element {
  const asked = queryOf({ pipeline: name });
  const found = useResource(asked, (signal) => get<HistoryAnswer>(`history${asked}`, signal), { everyMs: 30_000 });
  return (
    <Asked of={found} what="the last hour">
      {({ at, pipeline }) => {
        const known = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? 0);
        const past = {
          at: at.map((end) => end / 1_000),
          in: known(pipeline.receivedPerSecond),
          out: known(pipeline.deliveredPerSecond),
          failed: known(pipeline.failedPerSecond),
          lag: [...pipeline.p99Ms],
        };
        return at.length < 2 ? (
          <Empty title="Not yet: the engine notes a point a minute" />
        ) : (
          <Charts past={past} nth={past.at.at(-1) ?? 0} />
        );
      }}
    </Asked>
  );
}

function Charts({ past, nth }: { past: Past; nth: number }): JSX.Element {
  const flow: readonly Series[] = [
    { title: "In", colour: "--accent", values: past.in },
    { title: "Written", colour: "--info", values: past.out },
    { title: "Failed tries", colour: "--bad", values: past.failed },
  ];
  const hasLag = past.lag.some((value) => value !== null);
  const lag: readonly Series[] = [{ title: "p99", colour: "--warn", values: past.lag }];
  return (
    <div class="charts">
      <Chart label="Messages per second" times={past.at} series={flow} write={rate} nth={nth} />
      {hasLag ? <Chart label="Lag at p99" times={past.at} series={lag} write={span} nth={nth} /> : null}
    </div>
  );
}

function note(past: Past, at: number, { numbers }: LivePipeline): void {
  if (past.at.at(-1) === at || Number.isNaN(at)) return;
  past.at.push(at);
  past.in.push(numbers.receivedPerSecond ?? 0);
  past.out.push(numbers.deliveredPerSecond ?? 0);
  past.failed.push(numbers.failedPerSecond ?? 0);
  past.lag.push(numbers.p99Ms);
  if (past.at.length > mostPoints) for (const values of Object.values(past) as unknown[][]) values.shift();
}
