// Opens every component of a project once and closes it again: `signalbox validate --connect`.
// Not here: trying again (pipeline-runner.ts). Nothing flows: no source is pulled, no sink is written to.
import type { Lifecycle, SourceStatus } from "../component/contracts.ts";
import type { Finding, Pipeline, Project } from "../config/model.ts";
import { toSignalboxError } from "../errors/error.ts";
import type { Location } from "../location.ts";
import { silentLogger } from "../log.ts";
import { MessageCounter } from "./counts.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createEngineParts, type EngineParts } from "./engine-parts.ts";
import type { EngineOptions } from "./engine.ts";
import { EngineRecord } from "./record/engine-record.ts";
import { createParts, type PipelineHost } from "./pipeline-parts.ts";
import { SinkBooks } from "./sink-books.ts";

/** `backend` only has to be there for components that ask for it: give one that keeps nothing. */
export type TryOpeningOptions = Pick<EngineOptions, "project" | "backend" | "clock"> & {
  /** How long one component may take, in milliseconds. */
  readonly timeoutMs: number;
};

interface Part {
  readonly component: Lifecycle & { status?(): unknown };
  /** `sink "bms"`, for the finding. */
  readonly label: string;
  readonly at: Location;
}

interface Attempt {
  readonly host: PipelineHost;
  readonly parts: EngineParts;
  readonly timeoutMs: number;
  readonly findings: Finding[];
}

/** What did not open, as findings at the items' places. Pipelines are tried one after the other, also those not enabled. */
export async function tryOpening(options: TryOpeningOptions): Promise<readonly Finding[]> {
  const { project, backend, clock, timeoutMs } = options;
  await backend.store.open();
  await backend.queue.open();
  const persistence = { clock, log: silentLogger, signal: new AbortController().signal };
  const record = new EngineRecord(clock);
  const awaitsRoutes = (): boolean => false;
  const parts = createEngineParts(project.settings, backend, persistence, { awaitsRoutes, strays: record });
  const host: PipelineHost = {
    projectDir: project.settings.projectDir,
    clock,
    log: silentLogger,
    services: parts.services,
    queue: backend.queue,
    connections: parts.connections.of(project.settings.connections),
    deadLetters: createDeadLetters({
      store: backend.store,
      persistence,
      keep: project.settings.deadLetters,
      find: () => undefined,
    }),
    persistence,
    record,
    tracer: undefined,
  };
  const attempt: Attempt = { host, parts, timeoutMs, findings: [] };
  try {
    const broken = await openConnections(attempt, project);
    for (const pipeline of project.pipelines) await openPipeline(attempt, pipeline, broken);
  } finally {
    for (const part of [parts.connections, parts.schedules, parts.commands, backend]) {
      await part.close().catch(() => undefined);
    }
  }
  return attempt.findings;
}

/** Answers the names of those that did not open: what stands on them is not tried. */
async function openConnections(attempt: Attempt, { settings }: Project): Promise<ReadonlySet<string>> {
  const broken = new Set<string>();
  for (const { name, at } of settings.connections) {
    const component = attempt.host.connections.get(name);
    if (!(await openOne(attempt, { component, label: `connection "${name}"`, at }))) broken.add(name);
  }
  return broken;
}

async function openPipeline(attempt: Attempt, pipeline: Pipeline, broken: ReadonlySet<string>): Promise<void> {
  const label = (kind: string, name: string): string => `${kind} "${name}" of pipeline "${pipeline.name}"`;
  const opened: Part[] = [];
  try {
    const parts = createParts(
      pipeline,
      attempt.host,
      new SinkBooks(attempt.host, new MessageCounter(attempt.host.clock)),
    );
    if ([...parts.connectionNames].some((name) => broken.has(name))) return;
    const { source } = pipeline;
    const all: readonly Part[] = [
      ...parts.steps.map(({ step, item }) => ({ component: step, label: label("step", item.name), at: item.at })),
      ...parts.sinks.map(({ sink, item }) => ({ component: sink, label: label("sink", item.name), at: item.at })),
      { component: parts.createSource(), label: label("source", source.name), at: source.at },
    ];
    for (const part of all) {
      opened.push(part);
      await openOne(attempt, part);
    }
  } catch (error) {
    attempt.findings.push(findingOf(error, `pipeline "${pipeline.name}" cannot be made`, pipeline.at));
  } finally {
    for (const { component } of opened.toReversed()) await Promise.resolve(component.close?.()).catch(() => undefined);
  }
}

async function openOne({ findings, timeoutMs, host }: Attempt, { component, label, at }: Part): Promise<boolean> {
  const giveUp = new AbortController();
  const timer = host.clock.setTimer(() => giveUp.abort(), timeoutMs);
  try {
    const inTime = await Promise.race([
      Promise.resolve(component.open?.(giveUp.signal)).then(() => true),
      aborted(giveUp),
    ]);
    if (!inTime) throw new Error(`it took longer than ${timeoutMs / 1000} s`);
    // A source that goes on trying by itself opens all the same, and says so in its status.
    const status = component.status?.() as SourceStatus | undefined;
    if (status?.state === "failed") throw new Error(status.detail ?? "it failed");
    return true;
  } catch (error) {
    findings.push(findingOf(error, `${label} did not open`, at));
    return false;
  } finally {
    timer.cancel();
  }
}

function aborted({ signal }: AbortController): Promise<false> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}

function findingOf(error: unknown, what: string, at: Location): Finding {
  const { code, message, hint } = toSignalboxError(error, "CONNECTION_FAILED");
  return {
    severity: "error",
    code,
    message: `${what}: ${message}`,
    at,
    ...(hint === undefined ? {} : { suggestion: hint }),
  };
}
