import type { Connections } from "./connections.ts";
import type { Clock } from "../clock.ts";
import type { ComponentContext } from "../component/definition.ts";
import type { Source } from "../component/contracts.ts";
import type { Services } from "../component/services.ts";
import type { Pipeline } from "../config/model.ts";
import type { Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { RunningStep } from "./flow.ts";
import { ParkedWrites } from "./parked-writes.ts";
import type { Persistence } from "./persist.ts";
import { SinkRunner } from "./sink-runner.ts";

/** What the engine gives each of its pipelines. */
export interface PipelineHost {
  readonly projectDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly services: Services;
  readonly queue: Queue;
  readonly connections: Connections;
  readonly deadLetters: DeadLetters;
  readonly persistence: Persistence;
}

/** The components of a pipeline, made and not yet opened, and the names of the connections they asked for. */
export interface PipelineParts {
  readonly steps: readonly RunningStep[];
  readonly sinks: readonly SinkRunner[];
  readonly connectionNames: ReadonlySet<string>;
  /** A source is made anew for each time it is opened. */
  createSource(): Source;
}

/** Pure (delivery.md, rule 1): runs every `create` and nothing else. */
export function createParts(pipeline: Pipeline, host: PipelineHost): PipelineParts {
  const connectionNames = new Set<string>();
  const contextOf = (name: string): ComponentContext => ({
    pipeline: pipeline.name,
    name,
    projectDir: host.projectDir,
    clock: host.clock,
    log: host.log.child({ component: name }),
    services: host.services,
    connection(connection) {
      connectionNames.add(connection);
      return host.connections.get(connection);
    },
  });
  const { source, maxInFlight } = pipeline;
  const createSource = (): Source =>
    source.definition.create(source.config, { ...contextOf(source.name), maxInFlight });
  // Made once here and thrown away, so that a source that cannot be made is found before anything opens.
  createSource();
  const steps = pipeline.steps.map((item) => ({
    item,
    step: item.definition.create(item.config, contextOf(item.name)),
  }));
  const sinks = pipeline.sinks.map((item) => {
    const context = { ...contextOf(item.name), isBatched: item.batch !== undefined, retry: item.retry };
    return createSinkRunner(pipeline, host, { item, sink: item.definition.create(item.config, context) });
  });
  return { steps, sinks, connectionNames, createSource };
}

function createSinkRunner(
  pipeline: Pipeline,
  host: PipelineHost,
  { item, sink }: Pick<SinkRunner, "item" | "sink">,
): SinkRunner {
  const { services, queue, persistence, clock, deadLetters } = host;
  const { lanes } = services.store;
  const parked = new ParkedWrites({ pipeline: pipeline.name, sink: item.name, lanes, queue, persistence });
  const isOrdered = pipeline.order === "perKey";
  return new SinkRunner({
    pipeline: pipeline.name,
    revision: pipeline.hash,
    item,
    sink,
    isOrdered,
    clock,
    parked,
    deadLetters,
  });
}
