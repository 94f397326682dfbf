import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeLine } from "../../terminal/io.ts";
import { counted } from "../validate.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { checkChoice, chosen, type Filters, unconfirmed, withFilters } from "./choose.ts";
import { caller, openClient } from "./client.ts";

interface Options extends GlobalOptions, Filters {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const lettersPerCall = 100;

export function purgeVerb(session: Session): Verb {
  const command = withFilters(new Command("purge"))
    .summary("throw dead letters away")
    .description("Throws dead letters away for good. Those whose message is under way stay.")
    .argument("[ids...]", "ids of letters; or use filters")
    .option("--all", "every dead letter there is")
    .option("--yes", "do it")
    .option("--json", "print how many went as JSON")
    .action(async (ids: string[], _own: Options, called: Command) => {
      session.finish(await purge(session, ids, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox dead-letters purge 4f0c1e2d3b5a69788796 --yes", says: "one" },
      { line: "signalbox dead-letters purge --code EXPRESSION_FAILED --until 7d --yes", says: "old ones of one kind" },
    ],
    exitCodes: [{ code: 0, when: "they are gone" }, noEngine, trouble],
  };
}

async function purge(session: Session, ids: readonly string[], options: Options): Promise<number> {
  const choice = { ...options, ids };
  checkChoice(choice);
  if (options.yes !== true) throw unconfirmed("what is purged is gone for good");
  const client = await openClient(session, options);
  let purged = 0;
  for await (const some of chosen(client, choice, lettersPerCall)) purged += await client.purge(some, caller());
  const { stdout } = session.io;
  writeLine(stdout, options.json === true ? JSON.stringify({ purged }) : `${counted(purged, "dead letter")} purged.`);
  return 0;
}
