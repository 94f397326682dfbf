import type { Simulator } from "@signalbox/akenza-simulator";
import { type Console, createConsole } from "@signalbox/console";
import {
  type ControlApi,
  createControl,
  type ControlServer,
  createControlServer,
  createEngine,
  type Engine,
  type EngineControl,
  type Logger,
  type StopResult,
  systemClock,
} from "@signalbox/core";
import { createBackend } from "@signalbox/jobs";
import type { OpenedProject } from "../session.ts";
import type { Io } from "../terminal/io.ts";
import { openLiveView } from "../view/live-view.ts";
import { productVersion } from "../version.ts";
import type { Redaction } from "./redaction.ts";
import { listenForReloads } from "./reload-triggers.ts";
import { createReloader } from "./reloader.ts";
import { sayNextTicks, sayPipelines, startReporter } from "./reporter.ts";

/** A project about to run. */
export interface Running extends Pick<OpenedProject, "project" | "sources" | "load"> {
  readonly redaction: Redaction;
  readonly log: Logger;
  /** Whether files that change are taken up by themselves. */
  readonly isWatching: boolean;
  /** A live view in place of the log. */
  readonly hasView: boolean;
  /** Sentences of the start that stay true. */
  readonly notes: readonly string[];
  /** Time between two summaries in the log, in milliseconds. */
  readonly summaryMs: number;
  /** The akenza of this run, where none is set. */
  readonly simulator: Simulator | undefined;
}

/** Runs it, with its control API, until `stopAsked` resolves; answers what that stop had to leave in the store or behind. */
export async function runEngine(io: Io, running: Running, stopAsked: Promise<string>): Promise<StopResult> {
  const { project, log } = running;
  const { settings } = project;
  const { projectDir } = settings;
  const backend = createBackend(settings.store, { clock: systemClock, log, projectDir });
  const telemetry = await telemetryOf(running);
  const engine = createEngine({
    project,
    backend,
    clock: systemClock,
    log,
    version: productVersion(),
    traces: telemetry?.traces,
  });
  const reloader = createReloader({ ...running, engine, onTriggered: (change) => void kept.api.changes.note(change) });
  const kept = createControl(engine, {
    projectDir,
    clock: systemClock,
    log,
    changes: settings.changes,
    findings: () => reloader.project.findings,
    reload: (isCheck) => (isCheck ? reloader.check() : reloader.reload()),
  });
  const control = controlOf(kept.api, running);
  const webConsole = consoleOf(engine, kept.api, running);
  const where = await control.open();
  const triggers = await listenForReloads(io, reloader, running);
  try {
    const url = await webConsole?.open();
    log.info(
      { console: url ?? "off", control: where, store: backend.describe(), version: productVersion() },
      "Signalbox starts.",
    );
    sayPipelines(log, project.pipelines);
    const notes = url === undefined ? running.notes : [...running.notes, `Console: ${url}`];
    const work = (): Promise<StopResult> => startAndWait(engine, running, { kept, stopAsked });
    return await showWhile(io, { ...running, notes }, { engine, work });
  } finally {
    await triggers.close();
    await webConsole?.close();
    await control.close();
    await telemetry?.close();
    // Also what a failed start left open, and the local database, which outlives the engine's own use of the store.
    await backend.close();
  }
}

async function startAndWait(
  engine: Engine,
  { log, simulator }: Running,
  { kept, stopAsked }: { readonly kept: EngineControl; readonly stopAsked: Promise<string> },
): Promise<StopResult> {
  const started = engine.start();
  // A stop asked for while it starts does not wait for a store that is not there.
  const signal = await Promise.race([stopAsked, started.then(() => undefined)]).catch(async (error: unknown) => {
    await engine.stop();
    throw error;
  });
  if (signal === undefined) {
    simulator?.start();
    kept.open();
    const status = engine.status();
    sayNextTicks(log, status);
    log.info({ http: status.httpUrl, pipelines: status.pipelines.length }, "Signalbox runs.");
  }
  log.info({ signal: await stopAsked }, "Signalbox stops.");
  await kept.close();
  const result = await engine.stop();
  await started.catch(() => undefined);
  return result;
}

/** Shows what the engine does, as a live view or as log lines, while `work` runs. */
async function showWhile(
  io: Io,
  { redaction, summaryMs, log, notes, hasView }: Running,
  { engine, work }: { readonly engine: Engine; readonly work: () => Promise<StopResult> },
): Promise<StopResult> {
  const shown = hasView
    ? openLiveView(io, { status: () => engine.status(), notes, redact: redaction.hide })
    : startReporter({ engine, log, clock: systemClock, summaryMs });
  try {
    return await work();
  } finally {
    shown.close();
  }
}

/** Undefined where the settings turn it off. */
function consoleOf(engine: Engine, api: ControlApi, { project, redaction, log }: Running): Console | undefined {
  const settings = project.settings.console;
  if (settings === undefined) return undefined;
  return createConsole({ settings, engine, api, clock: systemClock, log, redact: redaction.hide });
}

/** Who takes the engine's traces; undefined where they are off. */
async function telemetryOf({ project, redaction, log }: Running) {
  const settings = project.settings.telemetry;
  if (settings === undefined) return undefined;
  // Loaded on use: most engines are not traced.
  const { createTelemetry } = await import("@signalbox/telemetry");
  const telemetry = createTelemetry({
    settings,
    version: productVersion(),
    clock: systemClock,
    log,
    redact: redaction.hide,
  });
  const { receiver } = telemetry;
  log.info({ receiver: receiver.destination, share: settings.share }, "Traces are exported.");
  const { share, service } = settings;
  return { traces: { receiver, share, service }, close: () => telemetry.close() };
}

function controlOf(api: ControlApi, { project, redaction, log }: Running): ControlServer {
  return createControlServer({ path: project.settings.control.socket, log, redact: redaction.hide, api });
}
