import { SignalboxError } from "@signalbox/core";
import { Command, CommanderError } from "commander";
import type { Session } from "./session.ts";
import { colorsFor, type Io, writeJson, writeLine } from "./terminal/io.ts";
import { describeError, errorJson } from "./terminal/print-error.ts";
import { createProductRegistry } from "./components.ts";
import { createRedaction } from "./run/redaction.ts";
import { commandsVerb } from "./verbs/commands.ts";
import { deadLettersVerb } from "./verbs/dead-letters.ts";
import { docsVerb } from "./verbs/docs.ts";
import { doctorVerb } from "./verbs/doctor.ts";
import { listVerb } from "./verbs/list.ts";
import { reloadVerb } from "./verbs/reload.ts";
import { runVerb } from "./verbs/run.ts";
import { schedulesVerb } from "./verbs/schedules.ts";
import { schemaVerb } from "./verbs/schema.ts";
import { simulateVerb } from "./verbs/simulate.ts";
import { statusVerb } from "./verbs/status.ts";
import { tapVerb } from "./verbs/tap.ts";
import { traceVerb } from "./verbs/trace.ts";
import { validateVerb } from "./verbs/validate.ts";
import { helpAfter, type Program, type Verb } from "./verbs/verb.ts";
import { whyVerb } from "./verbs/why.ts";
import { versionVerb } from "./verbs/version.ts";
import { productVersion } from "./version.ts";

const usageTrouble = 2;
const noEngine = 3;

/** The whole command line, ready to parse; nothing has been read or written yet. */
export function createProgram(session: Session): Program {
  const { io } = session;
  const command = new Command("signalbox")
    .description("Routes IoT events and device commands through pipelines written in YAML.")
    .option("-C, --project <dir>", "the folder that holds signalbox.yaml; default: where the call is made")
    .version(productVersion(), "-V, --version", "say which version this is")
    .helpOption("-h, --help", "say how it is used")
    .helpCommand("help [verb]", "say how a verb is used")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  const program: Program = { command, verbs: verbsOf(session, () => program) };
  for (const verb of program.verbs) addVerb(command, verb);
  return program;
}

function addVerb(parent: Command, verb: Verb): void {
  const { command, verbs = [] } = verb;
  command.copyInheritedSettings(parent).helpOption("-h, --help", "say how it is used");
  for (const below of verbs) addVerb(command, below);
  parent.addCommand(command.addHelpText("after", helpAfter(verb)));
}

/** The docs verb writes about all of them, itself included: it asks for the program when it runs. */
function verbsOf(session: Session, program: () => Program): readonly Verb[] {
  return [
    runVerb(session),
    validateVerb(session),
    doctorVerb(session),
    listVerb(session),
    statusVerb(session),
    tapVerb(session),
    whyVerb(session),
    traceVerb(session),
    reloadVerb(session),
    deadLettersVerb(session),
    schedulesVerb(session),
    commandsVerb(session),
    schemaVerb(session),
    docsVerb(session, program),
    simulateVerb(session),
    versionVerb(session),
  ];
}

/** Runs one call and answers the exit code of the process. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const redaction = createRedaction([]);
  const session: Session = {
    io,
    registry: createProductRegistry(),
    redaction,
    finish: (code) => {
      exitCode = code;
    },
  };
  try {
    await createProgram(session).command.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageTrouble;
    // Servers and drivers have words of their own.
    if (args.includes("--json")) writeJson(io.stdout, redaction.hideIn(errorJson(error)));
    else writeLine(io.stderr, redaction.hide(describeError(error, colorsFor(io.stderr, io.env))));
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof SignalboxError)) return usageTrouble;
  if (error.code === "DOCS_OUTDATED") return 1;
  return error.code === "ENGINE_NOT_RUNNING" ? noEngine : usageTrouble;
}
