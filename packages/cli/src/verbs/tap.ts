import type { TapEntry } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import type { GlobalOptions, Session } from "../session.ts";
import { colorsFor, writeLine } from "../terminal/io.ts";
import { openInsight } from "./insight/client.ts";
import { tapLines } from "./insight/tap-lines.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly limit?: number;
  readonly where?: string;
}

export function tapVerb(session: Session): Verb {
  const command = new Command("tap")
    .summary("watch what flows through a pipeline")
    .description(
      "Prints what each stage of a pipeline makes of each message, from now on and until it is interrupted. A body that " +
        "changes is shown as what went and what came. The engine never waits for it: what comes too fast is left out, and " +
        "counted. A reload does not end it.",
    )
    .argument("<pipeline>", "the pipeline's name")
    .argument("[stage]", "only one stage: source, or the name of a step or a sink")
    .option("--limit <count>", "end after so many lines of the pipeline's, at most 1000", count)
    .option("--where <jsonata>", "only messages for which this is true as they come to the stage")
    .option("--json", "print JSON, one entry a line")
    .action(async (pipeline: string, stage: string | undefined, _own: Options, called: Command) => {
      session.finish(await tap(session, { pipeline, stage }, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox tap office-air", says: "everything, stage by stage" },
      { line: "signalbox tap office-air bms --where 'co2 > 1000'", says: "what comes to one sink" },
      {
        line: "signalbox tap office-air source --limit 1 --json | jq .before.body",
        says: "one message, to try things on",
      },
    ],
    exitCodes: [{ code: 0, when: "the limit was reached, it was interrupted, or the engine ended" }, noEngine, trouble],
  };
}

async function tap(
  session: Session,
  what: { readonly pipeline: string; readonly stage: string | undefined },
  { limit, where, json, ...options }: Options,
): Promise<number> {
  const { io } = session;
  const client = await openInsight(session, options);
  const stopped = new AbortController();
  const forget = io.onStop(() => stopped.abort());
  const pen = { width: io.stdout.columns ?? 160, colors: colorsFor(io.stdout, io.env), nameWidth: 14 };
  const lines = (entry: TapEntry): readonly string[] =>
    json === true ? [JSON.stringify(entry)] : tapLines(entry, pen);
  try {
    for await (const entry of client.tap({ ...what, where, limit }, stopped.signal)) {
      for (const line of lines(entry)) writeLine(io.stdout, line);
    }
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    forget();
  }
  return 0;
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 1000) return number;
  throw new InvalidArgumentError("It is a whole number from 1 to 1000.");
}
