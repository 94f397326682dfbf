import { systemClock } from "../clock.ts";
import type { Connection } from "../component/contracts.ts";
import type { Pipeline } from "../config/model.ts";
import { type SignalboxError, toSignalboxError } from "../errors/error.ts";
import { formatLocation } from "../location.ts";
import { MessageCounter } from "./counts.ts";
import type { StopResult } from "./engine.ts";
import type { PipelineHost } from "./pipeline-parts.ts";
import { PipelineRunner } from "./pipeline-runner.ts";
import type { PipelineStatus } from "./status.ts";
import { StepCounter } from "./step-counts.ts";
import type { PipelineTimings } from "./timings.ts";

/** A pipeline that could not be made, and why. */
interface Broken {
  readonly pipeline: Pipeline;
  readonly cause: SignalboxError;
}

/** The pipelines of an engine, by their names. */
export class PipelineSet {
  readonly #runners = new Map<string, PipelineRunner>();
  readonly #broken = new Map<string, Broken>();

  find(name: string): PipelineRunner | undefined {
    return this.#runners.get(name);
  }

  /** Every pipeline it was given, the broken ones included. */
  current(): readonly Pipeline[] {
    return [...this.#runners.values(), ...this.#broken.values()].map(({ pipeline }) => pipeline);
  }

  /** The connections that some pipeline uses. */
  connections(): ReadonlySet<Connection> {
    return new Set([...this.#runners.values()].flatMap((runner) => runner.connections()));
  }

  /** A component that cannot be made stops its own pipeline, loudly, and no other. */
  create(pipelines: readonly Pipeline[], host: PipelineHost): void {
    for (const pipeline of pipelines.filter(({ isEnabled }) => isEnabled)) {
      try {
        this.add(new PipelineRunner(pipeline, host));
      } catch (error) {
        const cause = toSignalboxError(error, "PIPELINE_CREATE_FAILED", { at: pipeline.at });
        const { code, message } = cause;
        const fields = { pipeline: pipeline.name, at: formatLocation(pipeline.at), code, cause: message };
        host.log.error(fields, "A pipeline cannot be made.");
        this.#broken.set(pipeline.name, { pipeline, cause });
      }
    }
  }

  /** Whether some source is still to be opened, for the first time or again. */
  awaitsSources(): boolean {
    return [...this.#runners.values()].some((runner) => runner.awaitsSource);
  }

  /** Takes in a pipeline that is not started yet. */
  add(runner: PipelineRunner): void {
    this.#broken.delete(runner.pipeline.name);
    this.#runners.set(runner.pipeline.name, runner);
  }

  /** Forgets a pipeline, which is closed. */
  remove(name: string): void {
    this.#broken.delete(name);
    this.#runners.delete(name);
  }

  /** Starts all of them at once: sinks of chains find their targets because no source waits for another one. */
  async start(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.start()));
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.drain()));
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.settled()));
  }

  parkAll(): void {
    for (const runner of this.#runners.values()) runner.parkAll();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
  }

  /** What a stop parked and what is still in flight, over all pipelines. */
  left(): StopResult {
    let parked = 0;
    let unsettled = 0;
    for (const runner of this.#runners.values()) {
      parked += runner.parkedByStop();
      unsettled += runner.counter.inFlight;
    }
    return { parked, unsettled };
  }

  status(): readonly PipelineStatus[] {
    const running = [...this.#runners.values()].map((runner) => runner.status());
    return [...running, ...[...this.#broken.values()].map(brokenStatus)];
  }

  timings(): readonly PipelineTimings[] {
    return [...this.#runners.values()].map((runner) => runner.timings());
  }
}

function brokenStatus({ pipeline, cause }: Broken): PipelineStatus {
  const { name, description, at, hash, source, steps } = pipeline;
  const { code, message, hint } = cause;
  return {
    name,
    description,
    at,
    hash,
    state: "failed",
    problem: { code, message, hint },
    source: { component: source.definition.name, status: undefined },
    steps: steps.map(({ name, definition }) => ({
      name,
      component: definition.name,
      counts: new StepCounter().snapshot(),
    })),
    // Sinks have a status from their making on, and there are none.
    sinks: [],
    counts: new MessageCounter(systemClock).snapshot(),
  };
}
