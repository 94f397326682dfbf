import type { Command as DeviceCommand } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeLine } from "../../terminal/io.ts";
import { columns, fit, printable } from "../../terminal/text.ts";
import { limit } from "../dead-letters/list.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { type Filters, queryOf, withFilters } from "./choose.ts";
import { openClient } from "./client.ts";

interface Options extends GlobalOptions, Filters {
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

export function listVerb(session: Session): Verb {
  const command = withFilters(new Command("list"))
    .summary("list commands, newest first")
    .description("Lists commands, newest first, one line each.")
    .option("--limit <count>", "how many at most", limit, 50)
    .option("--after <place>", "go on where an earlier list ended; it says with what")
    .option("--json", "print each command whole, as one line of JSON")
    .action(async (_own: Options, called: Command) => {
      session.finish(await list(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox commands list --device 0242ac1300020001 --since 1d", says: "to one device, lately" },
      { line: "signalbox commands list --state queued", says: "what still waits" },
    ],
    exitCodes: [{ code: 0, when: "the engine answered" }, noEngine, trouble],
  };
}

async function list(session: Session, options: Options): Promise<number> {
  const { stdout, stderr } = session.io;
  const client = await openClient(session, options);
  const { limit, after, json = false } = options;
  const query = { ...queryOf(options), limit, ...(after === undefined ? {} : { after }) };
  const { commands, next } = await client.list(query);
  if (json) for (const command of commands) writeLine(stdout, JSON.stringify(command));
  else if (commands.length > 0) writeLine(stdout, table(commands, stdout.columns).join("\n"));
  if (next !== undefined) writeLine(stderr, `There are more: go on with --after ${next}`);
  return 0;
}

function table(commands: readonly DeviceCommand[], width = Number.POSITIVE_INFINITY): readonly string[] {
  const rows = commands.map(({ key, at, state, attempts, device, pipeline, sink, history }) =>
    [key, at, state, String(attempts), device, pipeline, sink, history.at(-1)?.detail ?? ""].map(printable),
  );
  const head = ["key", "time", "state", "tries", "device", "pipeline", "sink", "detail"];
  return columns([head, ...rows]).map((line) => fit(line, width));
}
