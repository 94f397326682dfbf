import type { Metric } from "./definition.ts";
import { engineMetrics } from "./engine-metrics.ts";
import { ledgerMetrics } from "./ledger-metrics.ts";
import { pipelineMetrics } from "./pipeline-metrics.ts";
import { sinkMetrics } from "./sink-metrics.ts";
import { stepMetrics } from "./step-metrics.ts";

/** A part of the metrics, as the reference shows it. */
export interface MetricGroup {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

/** Every metric there is. */
export const metricGroups: readonly MetricGroup[] = [
  { title: "Engine", metrics: engineMetrics },
  { title: "Pipelines", metrics: pipelineMetrics },
  { title: "Steps", metrics: stepMetrics },
  { title: "Sinks", metrics: sinkMetrics },
  { title: "Schedules and commands", metrics: ledgerMetrics },
];
