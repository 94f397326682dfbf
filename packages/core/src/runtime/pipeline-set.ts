import type { Pipeline } from "../config/model.ts";
import { formatLocation } from "../location.ts";
import { toSignalboxError } from "../errors/error.ts";
import { MessageCounter, WriteCounter } from "./counts.ts";
import type { StopResult } from "./engine.ts";
import { createParts, type PipelineHost } from "./pipeline-parts.ts";
import { PipelineRunner } from "./pipeline-runner.ts";
import type { PipelineStatus } from "./status.ts";

/** The pipelines of an engine, started and stopped together. */
export class PipelineSet {
  readonly #pipelines: readonly Pipeline[];
  readonly #host: PipelineHost;
  readonly #runners = new Map<string, PipelineRunner>();
  readonly #broken: PipelineStatus[] = [];

  constructor(pipelines: readonly Pipeline[], host: PipelineHost) {
    this.#pipelines = pipelines.filter((pipeline) => pipeline.isEnabled);
    this.#host = host;
  }

  find(name: string): PipelineRunner | undefined {
    return this.#runners.get(name);
  }

  async start(): Promise<void> {
    for (const pipeline of this.#pipelines) this.#create(pipeline);
    // Sinks of chains find their targets because every source is opened before any of them is waited for.
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
    return [...[...this.#runners.values()].map((runner) => runner.status()), ...this.#broken];
  }

  // A component that cannot be made stops its own pipeline, loudly, and no other.
  #create(pipeline: Pipeline): void {
    try {
      this.#runners.set(pipeline.name, new PipelineRunner(pipeline, this.#host, createParts(pipeline, this.#host)));
    } catch (error) {
      const { code, message, hint } = toSignalboxError(error, "PIPELINE_CREATE_FAILED", { at: pipeline.at });
      this.#host.log.error(
        { pipeline: pipeline.name, at: formatLocation(pipeline.at), code, cause: message },
        "A pipeline cannot be made.",
      );
      this.#broken.push(brokenStatus(pipeline, { code, message, hint }));
    }
  }
}

function brokenStatus(pipeline: Pipeline, problem: NonNullable<PipelineStatus["problem"]>): PipelineStatus {
  const { name, description, at, hash, source, steps, sinks } = pipeline;
  const counts = new MessageCounter().snapshot();
  const writes = new WriteCounter().snapshot();
  return {
    name,
    description,
    at,
    hash,
    state: "failed",
    problem,
    source: { component: source.definition.name, status: undefined },
    steps: steps.map((step) => ({ name: step.name, component: step.definition.name })),
    sinks: sinks.map((sink) => ({
      name: sink.name,
      component: sink.definition.name,
      counts: writes,
      problem: undefined,
    })),
    counts,
  };
}
