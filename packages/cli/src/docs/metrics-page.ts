import { metricGroups, others, seriesBounds } from "@signalbox/console";
import { durationBoundsMs } from "@signalbox/core";
import type { ReferenceFile } from "./component-pages.ts";
import { generatedMark, page, table } from "./markdown.ts";

/** Every metric of the console, with its labels and what it says. */
export function metricsPage(): ReferenceFile {
  const seconds = durationBoundsMs.map((ms) => ms / 1000).join(", ");
  const text = page(
    generatedMark,
    "# Metrics",
    "`GET /metrics` of the console, in Prometheus' text format. What counts, counts since the engine started.",
    "Labels come from the files of the project and from fixed lists, never from data. The first " +
      `${seriesBounds.pipelines} pipelines, and those with the first ${seriesBounds.steps} steps and ${seriesBounds.sinks} sinks, have series of ` +
      "their own; " +
      `the others share the series of \`pipeline="${others}"\`, which bears their sum (of ages the longest), and can fall when ` +
      "a reload takes pipelines away.",
    `Buckets of histograms end at ${seconds} seconds.`,
    metricGroups.flatMap(({ title, metrics }) => [
      `## ${title}`,
      table(
        ["Metric", "Type", "Labels", "What it says"],
        metrics.map(({ name, type, labels, help }) => [
          `\`${name}\``,
          type,
          labels.map((label) => `\`${label}\``).join(", "),
          help,
        ]),
      ),
    ]),
  );
  return { path: "metrics.md", text };
}
