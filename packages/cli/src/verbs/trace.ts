import { createControlClient, parseDuration, type TraceStatus } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../session.ts";
import { writeJson, writeLine } from "../terminal/io.ts";
import { caller } from "./dead-letters/client.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly for?: number;
  readonly json?: boolean;
}

const longestMs = 24 * 3_600_000;

export function traceVerb(session: Session): Verb {
  const command = new Command("trace")
    .summary("export the traces of everything for a while")
    .description(
      "Says how the running engine is traced: where its traces go, which share of them, and what became of their spans. With " +
        "--for, the trace of everything that begins from now on is exported for so long; then it is the share again.",
    )
    .option(
      "--for <duration>",
      "export everything for so long, at most 24h; 0s goes back to the share at once",
      duration,
    )
    .option("--json", "print the answer as JSON")
    .action(async (_own: Options, called: Command) => {
      session.finish(await trace(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox trace", says: "how the engine is traced" },
      { line: "signalbox trace --for 5m", says: "everything, for five minutes" },
    ],
    exitCodes: [{ code: 0, when: "the engine is traced" }, trouble, noEngine],
  };
}

async function trace(session: Session, { for: forMs, json, ...options }: Options): Promise<number> {
  const { stdout } = session.io;
  const settings = await openSettings(session, await projectDirOf(session, options));
  const { traces } = createControlClient({ path: settings.control.socket });
  const status = forMs === undefined ? await traces.status() : await traces.takeAll(forMs, caller());
  if (json === true) writeJson(stdout, status);
  else writeLine(stdout, linesOf(status).join("\n"));
  return 0;
}

function linesOf({ destination, share, allUntil, spans, problem }: TraceStatus): readonly string[] {
  const { exported, dropped, failed } = spans;
  const percent = `${Number((share * 100).toPrecision(3))} %`;
  return [
    allUntil === undefined
      ? `${percent} of the traces are exported, and those of failures, to ${destination}`
      : `Every trace that begins before ${allUntil} is exported to ${destination}; after that ${percent}, and those of failures`,
    `spans: ${exported} exported, ${dropped} dropped for want of room, ${failed} not taken`,
    ...(problem === undefined ? [] : [`they do not arrive now: ${problem}`]),
  ];
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds <= longestMs) return milliseconds;
  throw new InvalidArgumentError("It looks like 30s or 5m, and is at most 24h.");
}
