import type { DurationCounts, EngineStatus } from "@signalbox/core";
import type { Metric, Sample } from "./definition.ts";

/** How many pipelines, and steps and sinks of these, have series of their own. */
export const seriesBounds = { pipelines: 1_000, steps: 4_000, sinks: 2_000 };

/** The label of what shares series. No pipeline, no step and no sink can have this name. */
export const others = "(other)";

/** The names of the pipelines that have series of their own: the first, as the files have them, until a bound is reached. */
export function pipelinesWithin(
  { pipelines }: Pick<EngineStatus, "pipelines">,
  bounds = seriesBounds,
): ReadonlySet<string> {
  const kept = new Set<string>();
  let [stepCount, sinkCount] = [0, 0];
  for (const { name, steps, sinks } of pipelines) {
    stepCount += steps.length;
    sinkCount += sinks.length;
    if (kept.size >= bounds.pipelines || stepCount > bounds.steps || sinkCount > bounds.sinks) break;
    kept.add(name);
  }
  return kept;
}

/** The samples of a metric, those of pipelines that are not `kept` merged. */
export function boundedSamples(
  { merged = "sum" }: Pick<Metric, "merged">,
  samples: Iterable<Sample>,
  kept: ReadonlySet<string>,
): readonly Sample[] {
  const bounded: Sample[] = [];
  const shared = new Map<string, Sample>();
  for (const sample of samples) {
    const { pipeline } = sample.labels;
    if (pipeline === undefined || kept.has(pipeline)) {
      bounded.push(sample);
      continue;
    }
    const parts = (["step", "sink"] as const).filter((part) => part in sample.labels);
    const labels = { ...sample.labels, pipeline: others, ...Object.fromEntries(parts.map((part) => [part, others])) };
    const key = JSON.stringify(labels);
    const known = shared.get(key);
    shared.set(key, { labels, value: known === undefined ? sample.value : merge(known.value, sample.value, merged) });
  }
  return [...bounded, ...shared.values()];
}

function merge(one: Sample["value"], other: Sample["value"], how: "sum" | "max"): Sample["value"] {
  if (typeof one === "object" && typeof other === "object") return mergeDurations(one, other);
  // a metric's samples are all of one kind
  const [left, right] = [one as number, other as number];
  return how === "sum" ? left + right : Math.max(left, right);
}

function mergeDurations(one: DurationCounts, other: DurationCounts): DurationCounts {
  return {
    buckets: one.buckets.map((count, at) => count + (other.buckets[at] ?? 0)),
    count: one.count + other.count,
    sumMs: one.sumMs + other.sumMs,
  };
}
