import type { EngineStatus, StepCounts } from "@signalbox/core";
import { counter, histogram, type Labels, type Metric } from "./definition.ts";
import { byReason } from "./pipeline-metrics.ts";

const labels = ["pipeline", "step"];

/** What steps did with the messages, and the parts of messages, that came to them. */
export const stepMetrics: readonly Metric[] = [
  counted("received", "Messages, and parts of split ones, that the step is done with."),
  counted("passed", "Those that went on: changed, as several, or as they were because the step's `when` did not hold."),
  counted("failed", "Those that an expression or the step failed on; they became dead letters."),
  counter({
    name: "signalbox_step_discarded_total",
    help: "Those that the step took off, by the reason.",
    labels: [...labels, "reason"],
    *read({ status }) {
      for (const [own, { discarded }] of stepsOf(status)) yield* byReason(own, discarded);
    },
  }),
  histogram({
    name: "signalbox_step_seconds",
    help: "How long the step had one of them.",
    labels,
    *read({ timings }) {
      for (const { name: pipeline, steps } of timings.pipelines) {
        for (const { name: step, process } of steps) yield { labels: { pipeline, step }, value: process };
      }
    },
  }),
];

function counted(field: Exclude<keyof StepCounts, "discarded">, help: string): Metric {
  return counter({
    name: `signalbox_step_${field}_total`,
    help,
    labels,
    read: ({ status }) => stepsOf(status).map(([own, counts]) => ({ labels: own, value: counts[field] })),
  });
}

function stepsOf({ pipelines }: EngineStatus): readonly [Labels, StepCounts][] {
  return pipelines.flatMap(({ name: pipeline, steps }) =>
    steps.map(({ name: step, counts }): [Labels, StepCounts] => [{ pipeline, step }, counts]),
  );
}
