import { type DurationCounts, durationBoundsMs } from "@signalbox/core";
import { type Metric as PromMetric, Registry } from "prom-client";
import { metricGroups } from "./all.ts";
import { boundedSamples, pipelinesWithin } from "./bounds.ts";
import type { Labels, Metric, Reading } from "./definition.ts";

/** Writes readings in Prometheus' text format. */
export interface Exporter {
  readonly contentType: string;
  write(reading: Reading): Promise<string>;
}

export function createExporter(): Exporter {
  const registry = new Registry();
  let source: Source | undefined;
  for (const metric of metricGroups.flatMap(({ metrics }) => metrics)) {
    const get = (): object => ({ ...factsOf(metric), values: source === undefined ? [] : valuesOf(metric, source) });
    // All that the registry asks of a metric. prom-client's own would count; here everything is counted already.
    registry.registerMetric({ ...factsOf(metric), get } as unknown as PromMetric);
  }
  return {
    contentType: registry.contentType,
    write(reading) {
      source = { reading, kept: pipelinesWithin(reading.status) };
      // Each metric is read before this returns: another reading cannot come in between.
      return registry.metrics();
    },
  };
}

interface Source {
  readonly reading: Reading;
  /** Pipelines with series of their own. */
  readonly kept: ReadonlySet<string>;
}

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function factsOf({ name, help, type }: Metric): { name: string; help: string; type: string } {
  return { name, help, type };
}

function valuesOf(metric: Metric, { reading, kept }: Source): readonly Value[] {
  return boundedSamples(metric, metric.read(reading), kept).flatMap(({ labels, value }) =>
    typeof value === "number" ? [{ labels, value }] : histogramValues(metric.name, labels, value),
  );
}

const ends = [...durationBoundsMs.map((ms) => String(ms / 1000)), "+Inf"];

/** Buckets as Prometheus has them: each counts all that is not above its end. */
function histogramValues(name: string, labels: Labels, { buckets, count, sumMs }: DurationCounts): readonly Value[] {
  let upTo = 0;
  const values = ends.map((le, at): Value => {
    upTo += buckets[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: upTo };
  });
  return [
    ...values,
    { metricName: `${name}_sum`, labels, value: sumMs / 1000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
