import { type DeadLetter, errorCodes, formatLocation, type Redrive } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeJson, writeLine } from "../../terminal/io.ts";
import { columns, printable } from "../../terminal/text.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { openClient } from "./client.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
}

export function showVerb(session: Session): Verb {
  const command = new Command("show")
    .summary("show one dead letter")
    .description("Shows everything that is known of a dead letter: its cause, its message, its edit and its redrives.")
    .argument("<id>", "the letter's id")
    .option("--json", "print it as JSON")
    .action(async (id: string, _own: Options, called: Command) => {
      session.finish(await show(session, id, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox dead-letters show 4f0c1e2d3b5a69788796", says: "for a person" },
      {
        line: "signalbox dead-letters show 4f0c1e2d3b5a69788796 --json | jq .shaped.body",
        says: "what the sink refused",
      },
    ],
    exitCodes: [{ code: 0, when: "the letter is there" }, noEngine, trouble],
  };
}

async function show(session: Session, id: string, options: Options): Promise<number> {
  const { stdout } = session.io;
  const letter = await (await openClient(session, options)).get(id);
  if (options.json === true) writeJson(stdout, letter);
  else writeLine(stdout, describe(letter).map(printable).join("\n"));
  return 0;
}

function describe(letter: DeadLetter): readonly string[] {
  const { original, shaped, edit, redrives } = letter;
  return [
    ...columns(factsOf(letter)),
    "",
    "message:",
    ...indented(original),
    ...(shaped === undefined ? [] : ["", "as the sink was to get it:", ...indented(shaped)]),
    ...(edit === undefined ? [] : ["", `the ${edit.part} body, edited by ${edit.by} at ${edit.editedAt}:`]),
    ...(edit === undefined ? [] : indented(edit.body)),
    ...(redrives.length === 0 ? [] : ["", "redrives:", ...columns(redrives.map(rowOf))]),
  ];
}

function factsOf(letter: DeadLetter): readonly (readonly string[])[] {
  const { id, pipeline, revision, sink, code, cause, hint, at, attempts, diedAt, original } = letter;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["id", id],
    ["pipeline", `${pipeline}, revision ${revision}`],
    ["sink", sink ?? "none: it failed before any was due"],
    ["device", original.meta.device],
    ["code", code],
    ["cause", cause],
    ["at", at === undefined ? undefined : formatLocation(at)],
    ["hint", hint ?? remedyOf(code)],
    ["attempts", String(attempts)],
    ["received", original.meta.receivedAt],
    ["died", diedAt],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** What the reference says of a code; an engine of another version may have others. */
function remedyOf(code: string): string | undefined {
  const table: Readonly<Record<string, { readonly remedy: string }>> = errorCodes;
  return Object.hasOwn(table, code) ? table[code]?.remedy : undefined;
}

function rowOf({ at, by, to, code, outcome }: Redrive): readonly string[] {
  const what = { died: "died again", cut: "cut short: nobody knows what became of it" } as const;
  return [
    "",
    at,
    `by ${by}`,
    `to the ${to}`,
    `had died of ${code}`,
    outcome === undefined ? "under way" : what[outcome],
  ];
}

function indented(value: unknown): readonly string[] {
  return (JSON.stringify(value, undefined, 2) ?? "nothing").split("\n").map((line) => `  ${line}`);
}
