import { Command, InvalidArgumentError } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeLine } from "../../terminal/io.ts";
import { columns, fit, printable } from "../../terminal/text.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { openSchedules } from "./client.ts";
import { tickHead, tickRow } from "./tick-rows.ts";

interface Options extends GlobalOptions {
  readonly limit: number;
  readonly json?: boolean;
}

export function historyVerb(session: Session): Verb {
  const command = new Command("history")
    .summary("say what became of a schedule's ticks")
    .description(
      "Lists the ticks of a schedule, newest first: when each was planned, whether it ran on time, what came of it, and how " +
        "many messages and commands it led to. Retired schedules have a history until it is pruned.",
    )
    .argument("<name>", "the pipeline's name")
    .option("--limit <count>", "how many at most", count, 50)
    .option("--json", "print each tick whole, as one line of JSON; times are milliseconds since the epoch")
    .action(async (name: string, _own: Options, called: Command) => {
      session.finish(await history(session, name, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox schedules history night-setback", says: "the last 50 ticks" },
      { line: "signalbox schedules history night-setback --json | jq .commands.ids", says: "the commands they led to" },
    ],
    exitCodes: [{ code: 0, when: "the engine answered" }, noEngine, trouble],
  };
}

async function history(session: Session, name: string, options: Options): Promise<number> {
  const { stdout } = session.io;
  const ticks = await (await openSchedules(session, options)).history(name, options.limit);
  if (options.json === true) for (const tick of ticks) writeLine(stdout, JSON.stringify(tick));
  else if (ticks.length > 0) {
    const width = stdout.columns ?? Number.POSITIVE_INFINITY;
    const lines = columns([tickHead, ...ticks.map((tick) => tickRow(tick).map(printable))]);
    writeLine(stdout, lines.map((line) => fit(line, width)).join("\n"));
  }
  return 0;
}

/** Reads a count from 1 to 1000. */
export function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000) return number;
  throw new InvalidArgumentError("It is a whole number from 1 to 1000.");
}
