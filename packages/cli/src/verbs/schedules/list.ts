import type { ScheduleSummary } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeJson, writeLine } from "../../terminal/io.ts";
import { columns, fit, printable } from "../../terminal/text.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { isoTime, openSchedules } from "./client.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
}

export function listVerb(session: Session): Verb {
  const command = new Command("list")
    .summary("list the schedules")
    .description("Lists the schedules of the engine and the retired ones, with the next planned time of each.")
    .option("--json", "print them as JSON; times are milliseconds since the epoch")
    .action(async (_own: Options, called: Command) => {
      session.finish(await list(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [{ line: "signalbox schedules list", says: "all of them" }],
    exitCodes: [{ code: 0, when: "the engine answered" }, noEngine, trouble],
  };
}

async function list(session: Session, options: Options): Promise<number> {
  const { stdout, stderr } = session.io;
  const client = await openSchedules(session, options);
  const [schedules, { forward, back }] = await Promise.all([client.list(), client.clockJumps()]);
  if (options.json === true) writeJson(stdout, schedules);
  else if (schedules.length > 0) writeLine(stdout, table(schedules, stdout.columns).join("\n"));
  if (forward + back > 0)
    writeLine(stderr, `The engine's clock was set: ${forward} times forward, ${back} times back, since it started.`);
  return 0;
}

function table(schedules: readonly ScheduleSummary[], width = Number.POSITIVE_INFINITY): readonly string[] {
  const rows = schedules.map(({ pipeline, state, plan, next }) => {
    const [soonest] = next;
    return [pipeline, state, soonest === undefined ? "-" : isoTime(soonest), plan].map(printable);
  });
  return columns([["pipeline", "state", "next", "plan"], ...rows]).map((line) => fit(line, width));
}
