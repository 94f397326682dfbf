import type { JSX } from "preact";

const [width, height] = [120, 28];

/** How a number went, as a line without scales: the number itself stands beside it. */
export function Spark({ values }: { values: readonly number[] }): JSX.Element {
  const most = Math.max(...values, 0);
  const step = width / Math.max(1, values.length - 1);
  const y = (value: number): number => (most === 0 ? height - 1 : height - 1 - (value / most) * (height - 3));
  const line = values.map((value, index) => `${(index * step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {values.length < 2 ? null : (
        <>
          <polygon points={`0,${height} ${line} ${width},${height}`} />
          <polyline points={line} />
        </>
      )}
    </svg>
  );
}
