import type { Simulator } from "@signalbox/akenza-simulator";
import {
  formatLocation,
  type Logger,
  type Project,
  silentLogger,
  SignalboxError,
  type StopResult,
  systemClock,
} from "@signalbox/core";
import { describeFindings } from "../findings/print.ts";
import { createJsonLog } from "../log/json-log.ts";
import { createTextLog } from "../log/text-log.ts";
import { type OpenedProject, openProject, type Session } from "../session.ts";
import { colorsFor, type Io, writeLine } from "../terminal/io.ts";
import type { RunOptions } from "../verbs/run.ts";
import { counted } from "../verbs/validate.ts";
import type { Redaction } from "./redaction.ts";
import { runEngine } from "./run-engine.ts";
import { standInUrl } from "../stand-in-env.ts";
import { standInNote, startStandIn } from "./stand-in.ts";
import { awaitStop } from "./stop-request.ts";

export async function runProject(session: Session, paths: readonly string[], options: RunOptions): Promise<number> {
  const { project, sources, load, hasStandIn, withStandInAt } = await openProject(session, options, paths);
  const { redaction } = session;
  if (!hasStandIn || options.check === true) {
    return await runLoaded(session.io, { project, sources, load, options, redaction });
  }
  const simulator = await startStandIn(project.settings);
  try {
    const { url } = simulator;
    const again = (): Promise<Project> => withStandInAt(url);
    const found = url === standInUrl(project.settings) ? project : await again();
    return await runLoaded(session.io, { project: found, sources, load: again, options, redaction, simulator });
  } finally {
    await simulator.close();
  }
}

interface Loaded extends Pick<OpenedProject, "project" | "sources" | "load"> {
  readonly options: RunOptions;
  readonly redaction: Redaction;
  /** The akenza of this run, where none is set. */
  readonly simulator?: Simulator;
}

async function runLoaded(io: Io, { project, sources, load, options, redaction, simulator }: Loaded): Promise<number> {
  const hasView = options.log === "auto" && options.view && io.stdout.isTTY === true;
  const log = hasView ? silentLogger : createLog(io, redaction, options);
  if (options.log === "json") logFindings(log, project);
  else await printFindings(io, redaction, project);
  if (!canRun(project)) return 1;
  if (options.check === true) {
    writeLine(io.stderr, `${counted(project.pipelines.length, "pipeline")} would run.`);
    return project.findings.some(({ severity }) => severity === "error") ? 1 : 0;
  }
  const notes = [...(simulator === undefined ? [] : [standInNote(simulator)]), ...leftOut(project)];
  for (const note of notes) log.warn({}, note);
  const stop = awaitStop(io, systemClock);
  try {
    const { watch: isWatching, summary: summaryMs } = options;
    const running = { project, sources, load, redaction, log, hasView, notes, isWatching, summaryMs, simulator };
    return exitCodeOf(await runEngine(io, running, stop.asked));
  } finally {
    stop.release();
  }
}

function createLog(io: Io, { hide }: Redaction, { log, logLevel }: RunOptions): Logger {
  const options = { output: io.stdout, level: logLevel, clock: systemClock, redact: hide };
  return log === "json" ? createJsonLog(options) : createTextLog({ ...options, colors: colorsFor(io.stdout, io.env) });
}

/** What is wrong with the files, loudly. */
async function printFindings(io: Io, { hide }: Redaction, { findings, settings }: Project): Promise<void> {
  if (findings.length === 0) return;
  const colors = colorsFor(io.stderr, io.env);
  const hasFrames = io.stderr.isTTY === true;
  const { projectDir } = settings;
  writeLine(io.stderr, hide(await describeFindings(findings, { projectDir, colors, hasFrames })));
}

function logFindings(log: Logger, { findings }: Project): void {
  for (const { severity, code, message, suggestion, at } of findings) {
    const fields = { at: formatLocation(at), code, ...(suggestion === undefined ? {} : { suggestion }) };
    if (severity === "error") log.error(fields, message);
    else log.warn(fields, message);
  }
}

function leftOut({ documentCount, pipelines }: Project): readonly string[] {
  const left = documentCount - pipelines.length;
  return left === 0 ? [] : [`${counted(left, "pipeline")} with errors left out: signalbox validate`];
}

/** Settings with errors, or nothing but broken files, are not run; a project without pipelines is a mistake. */
function canRun({ findings, pipelines, documentCount, settings, areSettingsGood }: Project): boolean {
  if (!areSettingsGood) return false;
  const errors = findings.filter(({ severity }) => severity === "error");
  if (pipelines.length > 0) return true;
  if (errors.length > 0 || documentCount > 0) return false;
  throw new SignalboxError("CLI_PROJECT_EMPTY", `there are no pipelines in ${settings.projectDir}`, {
    hint: "pipelines are YAML files in pipelines/, or where `pipelines` of signalbox.yaml says",
  });
}

function exitCodeOf({ parked, unsettled }: StopResult): number {
  return parked + unsettled === 0 ? 0 : 1;
}
