import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { rate, span } from "../../data/format.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { Chart, type Series } from "../../ui/chart.tsx";
import { live } from "../../live/live.ts";
import { Panel } from "../../ui/page.tsx";

const mostPoints = 900;

interface Past {
  readonly at: number[];
  readonly in: number[];
  readonly out: number[];
  readonly failed: number[];
  readonly lag: (number | null)[];
}

/** How the pipeline went while this page was open. */
export function OverTime({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const past = useRef<Past>({ at: [], in: [], out: [], failed: [], lag: [] });
  const at = Date.parse(live.value?.at ?? "") / 1_000;
  note(past.current, at, pipeline);
  const { current } = past;
  const flow: readonly Series[] = [
    { title: "In", colour: "--accent", values: current.in },
    { title: "Written", colour: "--info", values: current.out },
    { title: "Failed tries", colour: "--bad", values: current.failed },
  ];
  const hasLag = current.lag.some((value) => value !== null);
  return (
    <Panel title="Over time" tools={<span class="muted">since this page was opened</span>}>
      <div class="charts">
        <Chart label="Messages per second" times={current.at} series={flow} write={rate} nth={at} />
        {hasLag ? (
          <Chart
            label="Lag at p99"
            times={current.at}
            series={[{ title: "p99", colour: "--warn", values: current.lag }]}
            write={span}
            nth={at}
          />
        ) : null}
      </div>
    </Panel>
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
