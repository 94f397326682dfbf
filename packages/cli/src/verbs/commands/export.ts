import { once } from "node:events";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { type Filters, pages, queryOf, withFilters } from "./choose.ts";
import { openClient } from "./client.ts";

interface Options extends GlobalOptions, Filters {}

export function exportVerb(session: Session): Verb {
  const command = withFilters(new Command("export"))
    .summary("print all commands as NDJSON, oldest first")
    .description(
      "Prints every command of the ledger, or those that filters choose, each whole as one line of JSON, the oldest first. " +
        "It is read page by page, however long it is.",
    )
    .action(async (_own: Options, called: Command) => {
      session.finish(await exportAll(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox commands export --since 7d > commands.ndjson", says: "the last week, to a file" },
      { line: "signalbox commands export --state unconfirmed | jq .device", says: "devices that did not do as told" },
    ],
    exitCodes: [{ code: 0, when: "all are printed" }, noEngine, trouble],
  };
}

async function exportAll(session: Session, options: Options): Promise<number> {
  const { stdout } = session.io;
  const client = await openClient(session, options);
  for await (const commands of pages(client, { ...queryOf(options), order: "oldest" })) {
    const lines = commands.map((command) => `${JSON.stringify(command)}\n`).join("");
    // A reader that is slower than the engine is waited for.
    if (!stdout.write(lines)) await once(stdout, "drain");
  }
  return 0;
}
