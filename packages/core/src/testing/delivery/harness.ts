import type { Definition } from "../../component/definition.ts";
import { filterStep } from "../../components/steps/filter.ts";
import { splitStep } from "../../components/steps/split.ts";
import { throttleStep } from "../../components/steps/throttle.ts";
import { transformStep } from "../../components/steps/transform.ts";
import { pipelineSink } from "../../components/sinks/pipeline.ts";
import { dropSink } from "../../components/sinks/drop.ts";
import { httpSink } from "../../components/sinks/http.ts";
import { pipelineSource } from "../../components/sources/pipeline.ts";
import { scheduleSource } from "../../components/sources/schedule.ts";
import { webhookSource } from "../../components/sources/webhook.ts";
import type { Project } from "../../config/model.ts";
import { parseProject } from "../../config/project.ts";
import { systemClock } from "../../clock.ts";
import type { Backend } from "../../ports/backend.ts";
import { createRegistry } from "../../registry.ts";
import { createEngine, type Engine, type EngineTraces } from "../../runtime/engine.ts";
import type { ReloadResult } from "../../runtime/reload/result.ts";
import type { MessageCounts, PipelineStatus, WriteCounts } from "../../runtime/status.ts";
import { createRecordingLogger, type RecordingLogger } from "../context.ts";
import { createProbes, type Probes } from "./probes.ts";

/** A store to run engines on, one engine at a time. */
export interface DeliveryFixture {
  /** Another handle on the same data, not open yet. */
  create(): Backend;
  stop(): Promise<void>;
}

/** An engine of a test, with what the test feeds and watches. */
export interface TestEngine extends Probes {
  readonly engine: Engine;
  readonly log: RecordingLogger;
  status(pipeline: string): PipelineStatus;
  counts(pipeline: string): MessageCounts;
  writes(pipeline: string, sink: string): WriteCounts;
  /** Reads other texts into the running engine: those of its one file of pipelines, and of signalbox.yaml behind its settings. */
  reload(yaml: string, more?: string): Promise<ReloadResult>;
  /** Resolves when `holds` answers true; asks again after every turn of the event loop. */
  until(holds: () => boolean): Promise<void>;
}

const settings = "version: 1\nshutdownTimeout: 4s\nhttp: { port: 0 }\n";
const components: readonly Definition[] = [
  filterStep,
  splitStep,
  throttleStep,
  transformStep,
  pipelineSource,
  scheduleSource,
  pipelineSink,
  dropSink,
  httpSink,
  webhookSource,
];

const begun = new WeakMap<DeliveryFixture, Set<Engine>>();

/** Ends what a failed test has left running: it would take the work of the tests that follow on the same store. */
export async function stopEngines(fixture: DeliveryFixture): Promise<void> {
  const engines = begun.get(fixture) ?? [];
  begun.delete(fixture);
  for (const engine of engines) await engine.stop();
}

/** Starts an engine on pipelines as a user would write them; probes may be those of an earlier engine. */
export async function startTestEngine(
  fixture: DeliveryFixture,
  yaml: string,
  probes = createProbes(),
  traces?: EngineTraces,
): Promise<TestEngine> {
  const run = createTestEngine(fixture, yaml, probes, traces);
  await run.engine.start();
  return run;
}

/** The same, not started yet. */
export function createTestEngine(
  fixture: DeliveryFixture,
  yaml: string,
  probes = createProbes(),
  traces?: EngineTraces,
): TestEngine {
  const registry = createRegistry([...components, ...probes.definitions]);
  const read = (text: string, more = ""): Project => {
    const files = [
      { path: "signalbox.yaml", text: settings + more },
      { path: "pipelines/test.yaml", text },
    ];
    return parseProject(files, { registry, env: {} });
  };
  const project = read(yaml);
  if (project.findings.length > 0) throw new Error(JSON.stringify(project.findings, undefined, 2));
  const log = createRecordingLogger();
  const engine = createEngine({
    project,
    backend: fixture.create(),
    clock: systemClock,
    log,
    version: "test",
    traces,
  });
  begun.set(fixture, (begun.get(fixture) ?? new Set()).add(engine));
  const status = (name: string): PipelineStatus => {
    const found = engine.status().pipelines.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no pipeline ${name}`);
    return found;
  };
  return {
    ...probes,
    engine,
    log,
    status,
    counts: (name) => status(name).counts,
    writes(name, sink) {
      const found = status(name).sinks.find((each) => each.name === sink);
      if (found === undefined) throw new Error(`no sink ${sink}`);
      return found.counts;
    },
    reload: (text, more) => engine.reload(read(text, more)),
    async until(holds) {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}
