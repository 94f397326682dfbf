// The engine: puts pipelines, connections, store, queue and listener together, starts them and stops them in order.
// Not here: reading files (config/), the control API (control/), or choosing a store (the jobs package).
import { type Clock, sleep } from "../clock.ts";
import type { Command } from "../commands/contracts.ts";
import type { Services } from "../component/services.ts";
import type { Project } from "../config/model.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Backend } from "../ports/backend.ts";
import type { QueueWorker } from "../ports/queue.ts";
import type { TickRecord } from "../schedules/contracts.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";
import { createEngineParts, type EngineParts } from "./engine-parts.ts";
import { workLanes } from "./lanes.ts";
import { createNotices } from "./notices.ts";
import { PipelineSet } from "./pipeline-set.ts";
import { Recent } from "./recent.ts";
import type { EngineStatus } from "./status.ts";
export interface EngineOptions {
  readonly project: Project;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

/** What a stop did not finish: writes it had to park, and messages it could neither finish nor park in time. */
export interface StopResult {
  readonly parked: number;
  readonly unsettled: number;
}

export interface Engine {
  /** Resolves when every pipeline runs or says why not. Rejects when store or listener cannot be had. */
  start(): Promise<void>;
  /** Stops within `shutdownTimeout` (delivery.md, rule 10). Idempotent. */
  stop(): Promise<StopResult>;
  status(): EngineStatus;
  readonly deadLetters: DeadLetters;
  readonly services: Services;
}

/** A part that does not close must not keep the process: what it held is safe in the store or counted as unsettled. */
const closeMs = 5000;

/** Makes an engine; nothing is opened before `start`. */
export function createEngine(options: EngineOptions): Engine {
  return new RunningEngine(options);
}

class RunningEngine implements Engine {
  readonly deadLetters: DeadLetters;
  readonly services: Services;
  readonly #options: EngineOptions;
  readonly #notices: ReturnType<typeof createNotices>;
  readonly #parts: EngineParts;
  readonly #pipelines: PipelineSet;
  readonly #giveUp = new AbortController();
  readonly #commands = new Recent<Command>((command) => command.key);
  readonly #ticks = new Recent<TickRecord>((tick) => tick.id);
  readonly #startedAt: string;
  #state: EngineStatus["state"] = "starting";
  #lanes: QueueWorker | undefined;
  #stopping: Promise<StopResult> | undefined;

  constructor(options: EngineOptions) {
    const { clock, log, project, backend } = options;
    this.#options = options;
    this.#startedAt = new Date(clock.now()).toISOString();
    this.#notices = createNotices(log, clock);
    const persistence = { clock, log: this.#notices.log, signal: this.#giveUp.signal };
    this.#parts = createEngineParts(project.settings, backend, persistence);
    this.services = this.#parts.services;
    this.deadLetters = createDeadLetters(backend.store, persistence);
    const { services, connections } = this.#parts;
    const { projectDir } = project.settings;
    this.#pipelines = new PipelineSet(project.pipelines, {
      projectDir,
      clock,
      log: this.#notices.log,
      services,
      queue: backend.queue,
      connections,
      deadLetters: this.deadLetters,
      persistence,
    });
    services.commands.onChange((command) => this.#commands.note(command));
    services.schedules.onChange((tick) => this.#ticks.note(tick));
  }

  async start(): Promise<void> {
    const { backend, clock } = this.#options;
    const { log } = this.#notices;
    const { http, commands, schedules } = this.#parts;
    await backend.store.open();
    for (const warning of await backend.store.durabilityWarnings()) log.warn({ store: backend.store.kind }, warning);
    await backend.queue.open();
    await http.open();
    await commands.open();
    await schedules.open();
    this.#lanes = await workLanes(backend.queue, (name) => this.#pipelines.find(name), { clock, log });
    await this.#pipelines.start();
    this.#state = "running";
  }

  stop(): Promise<StopResult> {
    this.#stopping ??= this.#stopOnce();
    return this.#stopping;
  }

  status(): EngineStatus {
    const { version, clock, backend } = this.#options;
    const { http, connections } = this.#parts;
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
      notices: this.#notices.latest(),
    };
  }

  // Sources first; what is in flight gets three quarters of the time, the rest of it goes to the store (rule 10).
  async #stopOnce(): Promise<StopResult> {
    const { clock, project, backend } = this.#options;
    const { shutdownTimeoutMs } = project.settings;
    this.#state = "stopping";
    const drained = this.#pipelines.drain().then(() => this.#pipelines.settled());
    await Promise.race([drained, sleep(clock, shutdownTimeoutMs * 0.75)]);
    this.#pipelines.parkAll();
    await Promise.race([drained, sleep(clock, shutdownTimeoutMs * 0.25)]);
    this.#giveUp.abort();
    const result = this.#pipelines.left();
    const { schedules, commands, connections, http } = this.#parts;
    const inOrder = [this.#lanes, schedules, commands, this.#pipelines, connections, http, backend];
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
