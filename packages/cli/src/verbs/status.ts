import { createControlClient, type EngineStatus } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../session.ts";
import { colorsFor, writeJson, writeLine } from "../terminal/io.ts";
import { renderFrame } from "../view/render.ts";
import { createTimeFormat, zoneOf } from "../view/times.ts";
import { createRateWindow } from "../view/totals.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly timeout: number;
}

export function statusVerb(session: Session): Verb {
  const command = new Command("status")
    .summary("ask the running engine how it is")
    .description(
      "Asks the engine of this project over its control API and prints what it says: pipelines with their counts, next " +
        "ticks, last commands, last warnings and errors.",
    )
    .option("--json", "print the engine's status as JSON")
    .option("--timeout <seconds>", "how long to wait for an answer", positiveNumber, 5)
    .action(async (_own: Options, called: Command) => {
      session.finish(await status(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox status", says: "the engine of the project in this folder" },
      { line: "signalbox status --json -C /srv/building", says: "of another folder, for a script" },
    ],
    exitCodes: [{ code: 0, when: "the engine answered" }, noEngine, trouble],
  };
}

async function status(session: Session, options: Options): Promise<number> {
  const { io } = session;
  const settings = await openSettings(session, await projectDirOf(session, options));
  const client = createControlClient({ path: settings.control.socket, timeoutMs: options.timeout * 1_000 });
  const answered = await client.status();
  if (options.json === true) writeJson(io.stdout, answered);
  else writeLine(io.stdout, print(session, answered).join("\n"));
  return 0;
}

function print({ io }: Session, answered: EngineStatus): readonly string[] {
  const rates = createRateWindow(0);
  rates.add(answered);
  const width = io.stdout.columns ?? 120;
  const pen = { width, colors: colorsFor(io.stdout, io.env), times: createTimeFormat(zoneOf(io.env)), rates };
  return renderFrame({ status: answered, notes: [], height: Number.POSITIVE_INFINITY }, pen);
}

/** Reads an option that is a number above 0. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("It is a number above 0.");
}
