import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Plot } from "./plot.ts";

export interface Series {
  readonly title: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly label: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly write: (value: number) => string;
  /** It is drawn anew when this changes: the values may be the same arrays, grown. */
  readonly nth: number;
}

/** Lines over time. The latest values stand above it as text, for who cannot see the lines. */
export function Chart(props: ChartProps): JSX.Element {
  const { label, times, series, write, nth } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let isGone = false;
    void import("./plot.ts").then(({ createPlot }) => {
      if (!isGone && place.current !== null) plot.current = createPlot(place.current, latest.current);
    });
    return () => {
      isGone = true;
      plot.current?.close();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => plot.current?.draw(latest.current), [nth]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{label}</span>
        {series.map(({ title, colour, values }) => {
          const value = values.at(-1);
          return (
            <span key={title} class="chart-key">
              <i style={{ background: `var(${colour})` }} aria-hidden="true" />
              {title} <strong>{value === undefined || value === null ? "–" : write(value)}</strong>
            </span>
          );
        })}
      </figcaption>
      <div ref={place} class="chart-plot" aria-hidden="true" />
      {times.length < 2 ? <p class="muted chart-wait">The first line comes with the second reading.</p> : null}
    </figure>
  );
}
