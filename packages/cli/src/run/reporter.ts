import type {
  Clock,
  Command,
  Engine,
  EngineStatus,
  Logger,
  Pipeline,
  PipelineStatus,
  TickRecord,
  Timer,
} from "@signalbox/core";
import { totalsOf } from "../view/totals.ts";

export interface Reporter {
  /** Says a last time how each pipeline stands. */
  close(): void;
}

export interface ReporterOptions {
  readonly engine: Engine;
  readonly log: Logger;
  readonly clock: Clock;
  /** Time between two summaries in milliseconds; 0 for none. */
  readonly summaryMs: number;
}

/** Says in log lines what the live view shows: each command, each tick, and from time to time each pipeline that moved. */
export function startReporter({ engine, log, clock, summaryMs }: ReporterOptions): Reporter {
  const said = new Map<string, string>();
  const offCommands = engine.services.commands.onChange((command) => sayCommand(log, command));
  const offTicks = engine.services.schedules.onChange((tick) => sayTick(log, tick));
  let timer: Timer | undefined;
  const summarise = (): void => {
    for (const pipeline of engine.status().pipelines) saySummary(log, pipeline, said);
  };
  const arm = (): void => {
    timer = clock.setTimer(() => {
      summarise();
      arm();
    }, summaryMs);
  };
  if (summaryMs > 0) arm();
  return {
    close() {
      timer?.cancel();
      offCommands();
      offTicks();
      summarise();
    },
  };
}

/** What is about to run, one line each. */
export function sayPipelines(log: Logger, pipelines: readonly Pipeline[]): void {
  for (const { name, source, steps, sinks, isEnabled } of pipelines) {
    const fields = {
      pipeline: name,
      source: source.name,
      steps: steps.map((step) => step.name),
      sinks: sinks.map((sink) => sink.name),
    };
    log.info(fields, isEnabled ? "A pipeline starts." : "A pipeline is not enabled.");
  }
}

/** When each schedule is due next. */
export function sayNextTicks(log: Logger, { pipelines }: EngineStatus): void {
  for (const { name, source } of pipelines) {
    const [nextTick] = source.status?.nextTicks ?? [];
    if (nextTick !== undefined)
      log.info({ pipeline: name, nextTick, plan: source.status?.detail }, "A schedule waits.");
  }
}

function saySummary(log: Logger, pipeline: PipelineStatus, said: Map<string, string>): void {
  const totals = totalsOf(pipeline);
  const key = JSON.stringify(totals);
  if (said.get(pipeline.name) === key) return;
  said.set(pipeline.name, key);
  log.info({ pipeline: pipeline.name, ...totals }, "So far.");
}

// What becomes of a command or a tick the ledgers log themselves; they are silent about what is as it should be so far.
function sayCommand(log: Logger, { state, attempts, pipeline, sink, device, key }: Command): void {
  if (state !== "queued" || attempts > 0) return;
  log.info({ command: key, pipeline, sink, device }, "A command is queued.");
}

function sayTick(log: Logger, { pipeline, plannedAt, timing, outcome }: TickRecord): void {
  if (outcome !== "succeeded") return;
  log.info({ pipeline, plannedAt: new Date(plannedAt).toISOString(), timing }, "A tick ran.");
}
