import type { DeadLetter } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { pageOf, type PageOptions, printPage, type Table, withPages } from "../pages.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { type Filters, queryOf, withFilters } from "./choose.ts";
import { openClient } from "./client.ts";

type Options = GlobalOptions & Filters & PageOptions;

export function listVerb(session: Session): Verb {
  const command = withPages(withFilters(new Command("list")), "letter")
    .summary("list dead letters, newest first")
    .description("Lists dead letters, newest first, one line each.")
    .action(async (_own: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      const client = await openClient(session, options);
      const { letters, next } = await client.list({ ...queryOf(options), ...pageOf(options) });
      printPage(session.io, { rows: letters, next }, { ...table, json: options.json });
      session.finish(0);
    });
  return {
    command,
    examples: [
      { line: "signalbox dead-letters list --pipeline office-air --since 2h", says: "of one pipeline, lately" },
      { line: "signalbox dead-letters list --json | jq .original.body", says: "what the messages said" },
    ],
    exitCodes: [{ code: 0, when: "the engine answered" }, noEngine, trouble],
  };
}

const table: Table<DeadLetter> = {
  head: ["id", "died", "pipeline", "sink", "device", "code", "cause"],
  cells: ({ id, diedAt, pipeline, sink = "-", code, original, cause, edit }) => {
    const state = edit === undefined ? "" : "(edited) ";
    return [id, diedAt, pipeline, sink, original.meta.device ?? "-", code, `${state}${cause}`];
  },
};
