// Rates over the latest seconds: of a single second they would flicker between nothing and much where little flows.
import type { LivePipeline, LiveState } from "@signalbox/core/control-types";

const moments = 8;

type Pipelines = ReadonlyMap<string, LivePipeline>;

export class RateWindow {
  readonly #states: Pipelines[] = [];

  /** The state with its rates as means of the latest moments. What rests stays the same object. */
  smooth(state: LiveState): LiveState {
    this.#states.push(new Map(state.pipelines.map((each) => [each.name, each])));
    if (this.#states.length > moments) this.#states.shift();
    return { ...state, pipelines: state.pipelines.map((each) => this.#pipeline(each)) };
  }

  #pipeline(pipeline: LivePipeline): LivePipeline {
    const past = this.#states.flatMap((pipelines) => pipelines.get(pipeline.name) ?? []);
    // Unchanged all the while: its rates are their own means.
    if (past.every((each) => each === pipeline)) return pipeline;
    const rates = ["receivedPerSecond", "deliveredPerSecond", "failedPerSecond"] as const;
    return {
      ...pipeline,
      numbers: withMeans(pipeline.numbers, past, rates),
      steps: pipeline.steps.map((step, at) => {
        const same = pastOf(past, ({ steps }) => steps[at], step.name);
        const numbers = withMeans(step.numbers, same, ["passedPerSecond", "discardedPerSecond", "failedPerSecond"]);
        return { ...step, numbers };
      }),
      sinks: pipeline.sinks.map((sink, at) => {
        const same = pastOf(past, ({ sinks }) => sinks[at], sink.name);
        return { ...sink, numbers: withMeans(sink.numbers, same, ["deliveredPerSecond", "failedPerSecond"]) };
      }),
    };
  }
}

/** What a step or sink was at the latest moments; one of another name is another one. */
function pastOf<Part extends { readonly name: string }>(
  past: readonly LivePipeline[],
  partOf: (pipeline: LivePipeline) => Part | undefined,
  name: string,
): readonly Part[] {
  return past.flatMap((pipeline) => {
    const part = partOf(pipeline);
    return part?.name === name ? [part] : [];
  });
}

function withMeans<Name extends string, Numbers extends Readonly<Record<Name, number | null>>>(
  numbers: Numbers,
  past: readonly { readonly numbers: Numbers }[],
  rates: readonly Name[],
): Numbers {
  const mean = (name: Name): number =>
    past.reduce((sum, each) => sum + (each.numbers[name] ?? 0), 0) / Math.max(1, past.length);
  return { ...numbers, ...Object.fromEntries(rates.map((name) => [name, mean(name)])) };
}
