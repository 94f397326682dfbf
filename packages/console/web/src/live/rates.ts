// Rates over the latest seconds: of a single second they would flicker between nothing and much where little flows.
import type { LivePipeline, LiveSink, LiveState } from "@signalbox/core/control-types";

const moments = 8;

type Parts = ReadonlyMap<string, LivePipeline>;

export class RateWindow {
  readonly #states: Parts[] = [];

  /** The state with its rates as means of the latest moments. What rests stays the same object. */
  smooth(state: LiveState): LiveState {
    this.#states.push(new Map(state.pipelines.map((each) => [each.name, each])));
    if (this.#states.length > moments) this.#states.shift();
    return { ...state, pipelines: state.pipelines.map((each) => this.#pipeline(each)) };
  }

  #pipeline(pipeline: LivePipeline): LivePipeline {
    const past = this.#states.flatMap((parts) => parts.get(pipeline.name) ?? []);
    // Unchanged all the while: its rates are their own means.
    if (past.every((each) => each === pipeline)) return pipeline;
    const receivedPerSecond = mean(past, ({ numbers }) => numbers.receivedPerSecond);
    const deliveredPerSecond = mean(past, ({ numbers }) => numbers.deliveredPerSecond);
    const failedPerSecond = mean(past, ({ numbers }) => numbers.failedPerSecond);
    return {
      ...pipeline,
      numbers: { ...pipeline.numbers, receivedPerSecond, deliveredPerSecond, failedPerSecond },
      sinks: pipeline.sinks.map((sink, index) => smoothSink(sink, index, past)),
    };
  }
}

function smoothSink(sink: LiveSink, index: number, past: readonly LivePipeline[]): LiveSink {
  const same = past.flatMap(({ sinks }) => {
    const then = sinks[index];
    return then?.name === sink.name ? [then] : [];
  });
  const deliveredPerSecond = mean(same, ({ numbers }) => numbers.deliveredPerSecond);
  const failedPerSecond = mean(same, ({ numbers }) => numbers.failedPerSecond);
  return { ...sink, numbers: { ...sink.numbers, deliveredPerSecond, failedPerSecond } };
}

function mean<T>(of: readonly T[], value: (each: T) => number | null): number {
  return of.reduce((sum, each) => sum + (value(each) ?? 0), 0) / Math.max(1, of.length);
}
