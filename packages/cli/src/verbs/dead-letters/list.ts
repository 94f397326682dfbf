import type { DeadLetter } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeLine } from "../../terminal/io.ts";
import { columns, fit, printable } from "../../terminal/text.ts";
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
    .summary("list dead letters, newest first")
    .description("Lists dead letters, newest first, one line each.")
    .option("--limit <count>", "how many at most", limit, 50)
    .option("--after <place>", "go on where an earlier list ended; it says with what")
    .option("--json", "print each letter whole, as one line of JSON")
    .action(async (_own: Options, called: Command) => {
      session.finish(await list(session, called.optsWithGlobals<Options>()));
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

async function list(session: Session, options: Options): Promise<number> {
  const { stdout, stderr } = session.io;
  const client = await openClient(session, options);
  const { limit, after, json = false } = options;
  const query = { ...queryOf(options), limit, ...(after === undefined ? {} : { after }) };
  const { letters, next } = await client.list(query);
  if (json) for (const letter of letters) writeLine(stdout, JSON.stringify(letter));
  else if (letters.length > 0) writeLine(stdout, table(letters, stdout.columns).join("\n"));
  if (next !== undefined) writeLine(stderr, `There are more: go on with --after ${next}`);
  return 0;
}

function table(letters: readonly DeadLetter[], width = Number.POSITIVE_INFINITY): readonly string[] {
  const rows = letters.map((letter) => {
    const { id, diedAt, pipeline, sink = "-", code, original, cause, edit } = letter;
    const state = edit === undefined ? "" : "(edited) ";
    return [id, diedAt, pipeline, sink, original.meta.device ?? "-", code, `${state}${cause}`].map(printable);
  });
  const head = ["id", "died", "pipeline", "sink", "device", "code", "cause"];
  return columns([head, ...rows]).map((line) => fit(line, width));
}

/** Reads how many rows a page has. */
export function limit(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError("It is a whole number from 1 to 1000.");
}
