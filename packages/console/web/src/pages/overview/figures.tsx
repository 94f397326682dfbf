import type { ComponentChildren, JSX } from "preact";
import { count, rate } from "../../data/format.ts";
import { live } from "../../live/live.ts";
import { type Point, trend } from "../../live/trend.ts";
import type { Level } from "../../live/level.ts";
import { Spark } from "../../ui/spark.tsx";

/** The engine in six numbers. */
export function Figures(): JSX.Element | null {
  const state = live.value;
  if (state === undefined) return null;
  const { pipelines, deadLetters } = state;
  const last = trend.value.at(-1);
  const sum = { inFlight: 0, parked: 0 };
  for (const { numbers } of pipelines) {
    sum.parked += numbers.parked ?? 0;
    sum.inFlight += numbers.inFlight ?? 0;
  }
  const letters = deadLetters.count;
  return (
    <dl class="figures">
      <Figure title="Messages in" value={rate(last?.inPerSecond ?? 0)} of={(point) => point.inPerSecond} />
      <Figure title="Written to sinks" value={rate(last?.outPerSecond ?? 0)} of={(point) => point.outPerSecond} />
      <Figure
        title="Failed tries"
        value={rate(last?.failedPerSecond ?? 0)}
        of={(point) => point.failedPerSecond}
        level={(last?.failedPerSecond ?? 0) > 0 ? "bad" : undefined}
      />
      <Figure title="In flight" value={count(sum.inFlight)} />
      <Figure title="Parked" value={count(sum.parked)} level={sum.parked > 0 ? "warn" : undefined} />
      <Figure
        title="Dead letters"
        value={
          letters === undefined || letters === 0 ? count(letters ?? 0) : <a href="/dead-letters">{count(letters)}</a>
        }
        level={deadLetters.alarm === undefined ? undefined : "bad"}
      />
    </dl>
  );
}

interface FigureProps {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly of?: (point: Point) => number;
  readonly level?: Level | undefined;
}

function Figure({ title, value, of, level }: FigureProps): JSX.Element {
  return (
    <div class="figure">
      <dt>{title}</dt>
      <dd class={level === undefined ? undefined : `level-${level}`}>{value}</dd>
      {of === undefined ? null : <Spark values={trend.value.map(of)} />}
    </div>
  );
}
