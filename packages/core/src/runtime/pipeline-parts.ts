import type { Connections } from "./connections.ts";
import type { Clock } from "../clock.ts";
import type { ComponentContext } from "../component/definition.ts";
import type { Source } from "../component/contracts.ts";
import type { Services } from "../component/services.ts";
import type { Pipeline } from "../config/model.ts";
import type { Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { RunningStep } from "./flow-parts.ts";
import type { Persistence } from "./persist.ts";
import type { SinkBook, SinkBooks } from "./sink-books.ts";
import type { EngineRecord } from "./record/engine-record.ts";
import { WriteEnds } from "./record/write-ends.ts";
import { SinkRunner } from "./sink-runner.ts";
import type { Tracer } from "./trace/tracer.ts";
import { TryTracer } from "./trace/try-spans.ts";

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
  readonly record: EngineRecord;
  /** Undefined while the engine is not traced. */
  readonly tracer: Tracer | undefined;
}

/** The components of a pipeline, made and not yet opened, and the names of the connections they asked for. */
export interface PipelineParts {
  readonly steps: readonly RunningStep[];
  readonly sinks: readonly SinkRunner[];
  readonly connectionNames: ReadonlySet<string>;
  /** Those of them that the source asked for. */
  readonly sourceConnections: ReadonlySet<string>;
  /** A source is made anew for each time it is opened. */
  createSource(): Source;
}

/** Pure (delivery.md, rule 1): runs every `create` and nothing else. */
export function createParts(pipeline: Pipeline, host: PipelineHost, books: SinkBooks): PipelineParts {
  const connectionNames = new Set<string>();
  const sourceConnections = new Set<string>();
  const contextOf = (name: string, asked = connectionNames): ComponentContext => ({
    pipeline: pipeline.name,
    name,
    projectDir: host.projectDir,
    clock: host.clock,
    log: host.log.child({ component: name }),
    services: host.services,
    connection(connection) {
      connectionNames.add(connection);
      asked.add(connection);
      return host.connections.get(connection);
    },
  });
  const { source, maxInFlight, backfill, renamedFrom } = pipeline;
  const sendsCommands = pipeline.sinks.some(({ definition }) => definition.sendsCommands === true);
  const createSource = (): Source => {
    const own = { maxInFlight, backfill, renamedFrom, sendsCommands };
    return source.definition.create(source.config, { ...contextOf(source.name, sourceConnections), ...own });
  };
  // Made once here and thrown away, so that a source that cannot be made is found before anything opens.
  createSource();
  const steps = pipeline.steps.map((item) => ({
    item,
    step: item.definition.create(item.config, contextOf(item.name)),
    counter: books.steps.of(item.name),
  }));
  const sinks = pipeline.sinks.map((item) => {
    const { name, at, batch, retry } = item;
    const isTraced = host.tracer !== undefined;
    const context = { ...contextOf(name), at, isBatched: batch !== undefined, retry, isTraced };
    const sink = item.definition.create(item.config, context);
    return createSinkRunner(pipeline, host, { item, sink, book: books.of(pipeline, item.name) });
  });
  return { steps, sinks, connectionNames, sourceConnections, createSource };
}

function createSinkRunner(
  pipeline: Pipeline,
  { persistence, deadLetters, record, tracer }: PipelineHost,
  { item, sink, book }: Pick<SinkRunner, "item" | "sink"> & { readonly book: SinkBook },
): SinkRunner {
  const { sinks, maxInFlight } = pipeline;
  return new SinkRunner({
    pipeline: pipeline.name,
    revision: pipeline.hash,
    item,
    sink,
    isOrdered: pipeline.order === "perKey",
    // When a pipeline stands still, one of its sinks has at least its share of what is in flight.
    pressure: sinks.length === 1 ? undefined : Math.ceil(maxInFlight / sinks.length),
    counter: book.counter,
    parked: book.parked,
    ends: new WriteEnds(record, pipeline.name, item),
    tracer: tracer === undefined ? undefined : new TryTracer(tracer, pipeline.name, item),
    deadLetters,
    persistence,
    random: Math.random,
  });
}
