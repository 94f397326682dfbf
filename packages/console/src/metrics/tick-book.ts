import { type DurationCounts, Durations, type Schedules, type TickRecord } from "@signalbox/core";
import { Tally } from "./tally.ts";

type Ended = Pick<TickRecord, "pipeline" | "timing" | "outcome">;

/** Counts the ticks of this engine as they end, and how late they began. */
export class TickBook {
  readonly #ended = new Tally(endsOf);
  readonly #lateness = new Map<string, Durations>();
  readonly #stop: () => void;

  constructor(schedules: Pick<Schedules, "onChange">) {
    this.#stop = schedules.onChange((tick) => this.#note(tick));
  }

  /** Those with an end, by pipeline, timing and outcome. */
  ended(): ReturnType<Tally<Ended>["all"]> {
    return this.#ended.all();
  }

  /** By pipeline. */
  lateness(): readonly (readonly [pipeline: string, lateness: DurationCounts])[] {
    return [...this.#lateness].map(([pipeline, durations]) => [pipeline, durations.snapshot()]);
  }

  close(): void {
    this.#stop();
  }

  #note(tick: TickRecord): void {
    const { pipeline, timing, outcome } = tick;
    if (outcome === "running") this.#begun(tick);
    else if (outcome !== "waiting") this.#ended.add(pipeline, { pipeline, timing, outcome }, tick.times);
  }

  // What is run afterwards, or because a person asked, is late on purpose.
  #begun({ pipeline, timing, by, startedAt, plannedAt, delayMs = 0 }: TickRecord): void {
    this.#ended.expect(pipeline);
    if (startedAt === undefined || by !== undefined || timing === "caught-up") return;
    const known = this.#lateness.get(pipeline) ?? new Durations();
    this.#lateness.set(pipeline, known);
    known.add(startedAt - plannedAt - delayMs);
  }
}

function endsOf(pipeline: string): readonly Ended[] {
  const timings = ["on-time", "late", "caught-up"] as const;
  const outcomes = ["succeeded", "failed"] as const;
  const run = timings.flatMap((timing) => outcomes.map((outcome): Ended => ({ pipeline, timing, outcome })));
  const notRun = (["skipped", "missed"] as const).map((timing): Ended => ({ pipeline, timing, outcome: "none" }));
  return [...run, ...notRun];
}
