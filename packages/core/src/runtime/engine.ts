// The engine: puts pipelines, connections, store, queue and listener together, starts them and stops them in order.
// Not here: reading files (config/), the control API (control/), or choosing a store (the jobs package).
import { type Clock, sleep } from "../clock.ts";
import type { Command } from "../commands/contracts.ts";
import type { Services } from "../component/services.ts";
import type { Pipeline, Project } from "../config/model.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Backend } from "../ports/backend.ts";
import type { QueueWorker } from "../ports/queue.ts";
import type { SpanReceiver } from "../ports/traces.ts";
import type { ScheduleControl, TickRecord } from "../schedules/contracts.ts";
import type { HeldConnection } from "./connections.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";
import { createEngineParts, type EngineParts } from "./engine-parts.ts";
import { workLanes } from "./lanes.ts";
import { createNotices } from "./notices.ts";
import { persist } from "./persist.ts";
import type { PipelineHost } from "./pipeline-parts.ts";
import { PipelineSet } from "./pipeline-set.ts";
import { createReadiness, type Readiness } from "./readiness.ts";
import { Recent } from "./recent.ts";
import { EngineRecord } from "./record/engine-record.ts";
import { createInsight, type Insight } from "./record/insight.ts";
import { Reloads } from "./reload/reloads.ts";
import type { ReloadResult } from "./reload/result.ts";
import type { EngineStatus } from "./status.ts";
import { type TimedBackend, timedBackend } from "./timed-backend.ts";
import type { EngineTimings } from "./timings.ts";
import { createTraceControl, type TraceControl } from "./trace/control.ts";
import { Tracer } from "./trace/tracer.ts";

export interface EngineOptions {
  readonly project: Project;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Who takes its traces; by default it is not traced. */
  readonly traces?: EngineTraces | undefined;
}

export interface EngineTraces {
  readonly receiver: SpanReceiver;
  /** The share that is sampled, in [0, 1]. */
  readonly share: number;
  /** What the engine is called there. */
  readonly service: string;
}

/** What a stop did not finish: writes it had to park, and messages it could neither finish nor park in time. */
export interface StopResult {
  readonly parked: number;
  readonly unsettled: number;
}

export interface Engine {
  /** Resolves when every pipeline runs or says why not. Rejects when store or listener cannot be had, or a stop comes first. */
  start(): Promise<void>;
  /** Stops within `shutdownTimeout` (delivery.md, rule 10). Idempotent. */
  stop(): Promise<StopResult>;
  /**
   * Makes what runs agree with a new reading of the files (delivery.md, rule 11); `isCheck` only says what would change.
   * What is bad is refused, and what ran before runs on. One after the other; rejects with ENGINE_STOPPING in a stop.
   */
  reload(project: Project, options?: { readonly isCheck?: boolean }): Promise<ReloadResult>;
  status(): EngineStatus;
  timings(): EngineTimings;
  /** Whether it does what it is for, and why not. Asks the store; never rejects, and answers within seconds. */
  readiness(): Promise<Readiness>;
  readonly deadLetters: DeadLetters;
  readonly schedules: ScheduleControl;
  readonly services: Services;
  /** Looks at what flows, and at what became of a message. */
  readonly insight: Insight;
  /** A pipeline as the files say it, one that does not run included. */
  pipeline(name: string): Pipeline | undefined;
  connections(): readonly HeldConnection[];
  /** Undefined where it is not traced. */
  readonly traces: TraceControl | undefined;
}

/** A part that does not close must not keep the process: what it held is safe in the store or counted as unsettled. */
const closeMs = 5000;

/** Makes an engine; nothing is opened before `start`. */
export function createEngine(options: EngineOptions): Engine {
  return new RunningEngine(options);
}

class RunningEngine implements Engine {
  readonly deadLetters: DeadLetters;
  readonly schedules: ScheduleControl;
  readonly services: Services;
  readonly readiness: () => Promise<Readiness>;
  readonly insight: Insight;
  readonly traces: TraceControl | undefined;
  readonly #options: EngineOptions;
  readonly #timed: TimedBackend;
  readonly #notices: ReturnType<typeof createNotices>;
  readonly #parts: EngineParts;
  readonly #pipelines = new PipelineSet();
  readonly #host: Omit<PipelineHost, "connections">;
  readonly #reloads: Reloads;
  readonly #started: Promise<void>;
  readonly #stopAsked = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #record: EngineRecord;
  readonly #commands = new Recent<Command>((command) => command.key);
  readonly #ticks = new Recent<TickRecord>((tick) => tick.id);
  readonly #startedAt: string;
  #state: EngineStatus["state"] = "starting";
  #isStarted = (): void => undefined;
  #retirements = 0;
  #starting: Promise<void> = Promise.resolve();
  #lanes: QueueWorker | undefined;
  #stopping: Promise<StopResult> | undefined;

  constructor(options: EngineOptions) {
    const { clock, log, project, backend } = options;
    this.#options = options;
    this.#startedAt = new Date(clock.now()).toISOString();
    this.#notices = createNotices(log, clock);
    this.#record = new EngineRecord(clock);
    const persistence = { clock, log: this.#notices.log, signal: this.#giveUp.signal };
    const awaitsRoutes = (): boolean => this.#state !== "running" || this.#pipelines.awaitsSources();
    this.#timed = timedBackend(backend, clock);
    this.readiness = createReadiness({ status: () => this.status(), store: this.#timed.backend.store, clock });
    const tracer = this.#createTracer();
    const around = { awaitsRoutes, readiness: this.readiness, strays: this.#record, tracer };
    this.#parts = createEngineParts(project.settings, this.#timed.backend, persistence, around);
    this.services = this.#parts.services;
    this.schedules = this.#parts.schedules.control;
    this.deadLetters = createDeadLetters({
      store: this.services.store,
      persistence,
      keep: project.settings.deadLetters,
      find: (name) => this.#pipelines.find(name),
    });
    this.insight = createInsight({
      record: this.#record,
      find: (name) => this.#pipelines.find(name),
      names: () => this.#pipelines.current().map(({ name }) => name),
      shelves: {
        clock,
        lanes: this.#timed.backend.store.lanes,
        letters: this.deadLetters,
        pipelines: () => this.#pipelines.current(),
      },
    });
    const { services, connections, http } = this.#parts;
    const { settings } = project;
    this.traces = tracer === undefined ? undefined : createTraceControl(tracer, this.#notices.log);
    this.#host = {
      projectDir: settings.projectDir,
      clock,
      log: this.#notices.log,
      services,
      queue: backend.queue,
      deadLetters: this.deadLetters,
      persistence,
      record: this.#record,
      tracer,
    };
    this.#started = new Promise((resolve) => void (this.#isStarted = resolve));
    const reloading = { settings, host: this.#host, connections, pipelines: this.#pipelines, clock };
    this.#reloads = new Reloads({ ...reloading, log: this.#notices.log, holdRoutes: () => http.hold() }, this.#started);
    services.commands.onChange((command) => {
      this.#commands.note(command);
      tracer?.commanded(command);
    });
    services.schedules.onChange((tick) => {
      // An engine that was away may find thousands missed: the status tells of those that ran or were to run.
      if (tick.timing !== "missed") this.#ticks.note(tick);
      tracer?.ticked(tick);
    });
  }

  start(): Promise<void> {
    this.#starting = this.#startOnce();
    return this.#starting;
  }

  async reload(project: Project, { isCheck = false } = {}): Promise<ReloadResult> {
    const result = await this.#reloads.reload(project, isCheck);
    if (!isCheck) await this.#retireSchedules(project);
    return result;
  }

  stop(): Promise<StopResult> {
    this.#stopping ??= this.#stopOnce();
    return this.#stopping;
  }

  status(): EngineStatus {
    const { version, clock, backend } = this.#options;
    const { http, connections } = this.#parts;
    const reload = this.#reloads.latest;
    return {
      version,
      startedAt: this.#startedAt,
      now: new Date(clock.now()).toISOString(),
      state: this.#state,
      store: { kind: backend.store.kind, description: backend.describe() },
      httpUrl: http.url,
      connections: connections.status(),
      pipelines: this.#pipelines.status(),
      commands: this.#commands.latest(),
      ticks: this.#ticks.latest(),
      deadLetters: this.deadLetters.status(),
      notices: this.#notices.latest(),
      ...(reload === undefined ? {} : { reload }),
    };
  }

  timings(): EngineTimings {
    const spans = this.#options.traces?.receiver.counts();
    return { pipelines: this.#pipelines.timings(), store: this.#timed.timings(), spans };
  }

  #createTracer(): Tracer | undefined {
    const { traces, clock, backend } = this.#options;
    if (traces === undefined) return undefined;
    const { receiver, share, service } = traces;
    return new Tracer({ receiver, share, clock, realm: `${service} ${backend.describe()}` });
  }

  pipeline(name: string): Pipeline | undefined {
    return this.#pipelines.current().find((pipeline) => pipeline.name === name);
  }

  connections(): readonly HeldConnection[] {
    return this.#parts.connections.held();
  }

  async #startOnce(): Promise<void> {
    const { store, queue } = this.#options.backend;
    const { http, commands, schedules } = this.#parts;
    const { signal } = this.#stopAsked;
    const steps = [
      () => store.open(signal),
      () => this.#warnOfStore(),
      () => this.deadLetters.open(),
      () => queue.open(signal),
      () => http.open(),
      () => commands.open(),
      () => schedules.open(),
      () => this.#workLanes(),
      () => this.#startPipelines(),
      () => this.#retireSchedules(this.#options.project),
    ];
    try {
      for (const step of steps) {
        await step();
        // What a stop closes must not be opened behind it.
        signal.throwIfAborted();
      }
    } catch (cause) {
      if (!signal.aborted) throw cause;
      throw new SignalboxError("ENGINE_STOPPING", "the engine stops before it has started", { cause });
    }
    this.#state = "running";
    this.#isStarted();
  }

  async #warnOfStore(): Promise<void> {
    const { store } = this.#options.backend;
    for (const warning of await store.durabilityWarnings()) this.#notices.log.warn({ store: store.kind }, warning);
  }

  async #workLanes(): Promise<void> {
    const { backend, clock } = this.#options;
    const { log } = this.#notices;
    this.#lanes = await workLanes(backend.queue, (name) => this.#pipelines.find(name), { clock, log });
  }

  #startPipelines(): Promise<void> {
    const { settings, pipelines } = this.#options.project;
    const connections = this.#parts.connections.of(settings.connections);
    this.#pipelines.create(pipelines, { ...this.#host, connections });
    return this.#pipelines.start();
  }

  /** Schedules whose pipelines are gone fire no more. Of a file that cannot be read nobody knows: its own stay. */
  async #retireSchedules({ pipelines, brokenNames }: Project): Promise<void> {
    const scheduled = pipelines.filter(({ isEnabled, source }) => isEnabled && source.name === "schedule");
    const kept = [...scheduled.map(({ name }) => name), ...brokenNames];
    const round = (this.#retirements += 1);
    // A later reading of the files takes the place of this one.
    const retire = async (): Promise<void> => {
      if (round === this.#retirements) await this.schedules.keepOnly(kept);
    };
    try {
      await retire();
    } catch {
      // Nobody waits for a store that is away: it is told in the background. Ends with the engine.
      void persist("which schedules are gone", retire, this.#host.persistence).catch(() => undefined);
    }
  }

  // Sources first; what is in flight gets three quarters of the time, the rest of it goes to the store (rule 10).
  async #stopOnce(): Promise<StopResult> {
    const { clock, project, backend } = this.#options;
    const { shutdownTimeoutMs } = project.settings;
    this.#state = "stopping";
    this.#reloads.stop();
    this.#isStarted();
    this.#stopAsked.abort();
    const isStarting = this.#starting.catch(() => undefined);
    const drained = Promise.all([this.#pipelines.drain(), isStarting]).then(() => this.#pipelines.settled());
    await Promise.race([drained, sleep(clock, shutdownTimeoutMs * 0.75)]);
    this.#pipelines.parkAll();
    await Promise.race([drained, sleep(clock, shutdownTimeoutMs * 0.25)]);
    this.#giveUp.abort();
    const result = this.#pipelines.left();
    const { schedules, commands, connections, http } = this.#parts;
    const inOrder = [this.#lanes, schedules, commands, this.#pipelines, this.deadLetters, connections, http, backend];
    for (const part of inOrder) await Promise.race([closeQuietly(part, this.#notices.log), sleep(clock, closeMs)]);
    return result;
  }
}

async function closeQuietly(part: { close(): Promise<void> } | undefined, log: Logger): Promise<void> {
  try {
    await part?.close();
  } catch (error) {
    log.warn({ cause: messageOf(error) }, "A part of the engine did not close cleanly.");
  }
}
