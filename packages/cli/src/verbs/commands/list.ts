import type { Command as DeviceCommand } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { pageOf, type PageOptions, printPage, type Table, withPages } from "../pages.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { type Filters, queryOf, withFilters } from "./choose.ts";
import { openClient } from "./client.ts";

type Options = GlobalOptions & Filters & PageOptions;

export function listVerb(session: Session): Verb {
  const command = withPages(withFilters(new Command("list")), "command")
    .summary("list commands, newest first")
    .description("Lists commands, newest first, one line each.")
    .action(async (_own: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      const client = await openClient(session, options);
      const { commands, next } = await client.list({ ...queryOf(options), ...pageOf(options) });
      printPage(session.io, { rows: commands, next }, { ...table, json: options.json });
      session.finish(0);
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

const table: Table<DeviceCommand> = {
  head: ["key", "time", "state", "tries", "device", "pipeline", "sink", "detail"],
  cells: ({ key, at, state, attempts, device, pipeline, sink, history }) => {
    return [key, at, state, String(attempts), device, pipeline, sink, history.at(-1)?.detail ?? ""];
  },
};
