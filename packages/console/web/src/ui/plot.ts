// uPlot, dressed in the colours of the page. Loaded when a chart is first shown.
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "./chart.tsx";

export interface Plot {
  draw(next: Pick<ChartProps, "times" | "series">): void;
  close(): void;
}

const height = 180;

export function createPlot(place: HTMLElement, props: ChartProps): Plot {
  const make = (): UPlot => new UPlot(optionsOf(place, props), dataOf(props), place);
  let chart = make();
  let latest: Pick<ChartProps, "times" | "series"> = props;

  const resized = new ResizeObserver(() => {
    const width = widthOf(place);
    if (width !== chart.width) chart.setSize({ width, height });
  });
  resized.observe(place);
  // Another theme is another set of colours, which uPlot takes up only when it is made.
  const remake = (): void => {
    chart.destroy();
    chart = make();
    chart.setData(dataOf(latest));
  };
  const themed = new MutationObserver(remake);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  preferred.addEventListener("change", remake);

  return {
    draw(next) {
      latest = next;
      chart.setData(dataOf(next));
    },
    close() {
      resized.disconnect();
      themed.disconnect();
      preferred.removeEventListener("change", remake);
      chart.destroy();
    },
  };
}

function widthOf({ clientWidth }: HTMLElement): number {
  return Math.max(200, clientWidth);
}

function optionsOf(place: HTMLElement, { series, write }: ChartProps): UPlot.Options {
  const colour = colourIn(place);
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--muted"), grid, ticks: { show: false }, font: "12px Inter, sans-serif" };
  return {
    width: widthOf(place),
    height,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, size: 30, values: "{HH}:{mm}:{ss}", space: 90 },
      { ...axis, size: 64, values: (_plot, values) => values.map((value) => write(value)) },
    ],
    series: [
      {},
      ...series.map(({ title, colour: name }) => ({
        label: title,
        stroke: colour(name),
        width: 1.75,
        points: { show: false },
      })),
    ],
  };
}

function dataOf({ times, series }: Pick<ChartProps, "times" | "series">): UPlot.AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])];
}

/** Colours as a canvas understands them: `light-dark()` is resolved only on an element. */
function colourIn(place: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
