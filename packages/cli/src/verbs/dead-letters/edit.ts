import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type DeadLetter, type LetterPart, messageOf, SignalboxError } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { type Io, writeJson, writeLine } from "../../terminal/io.ts";
import { editText } from "../../terminal/editor.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { caller, openClient } from "./client.ts";

interface Options extends GlobalOptions {
  readonly body?: string;
  readonly shaped?: boolean;
  readonly json?: boolean;
}

export function editVerb(session: Session): Verb {
  const command = new Command("edit")
    .summary("give a dead letter another body")
    .description(
      "Replaces the body that a redrive will send. What died is kept beside it. An edited message is another message: it is " +
        "sent under its id with ~1, ~2 and so on, so that no sink takes it for one it has seen. Without --body it opens " +
        "$VISUAL or $EDITOR.",
    )
    .argument("<id>", "the letter's id")
    .option("--body <file>", "a file with the new body as JSON; - for standard input")
    .option("--shaped", "edit the message as the sink was to get it, for a redrive straight to the sink")
    .option("--json", "print the edited letter as JSON")
    .action(async (id: string, _own: Options, called: Command) => {
      session.finish(await edit(session, id, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox dead-letters edit 4f0c1e2d3b5a69788796", says: "in your editor" },
      {
        line: "signalbox dead-letters show $ID --json | jq '.original.body | .data.value = 21' | signalbox dead-letters edit $ID --body -",
        says: "in a script",
      },
    ],
    exitCodes: [{ code: 0, when: "the letter is edited, or the editor left it as it was" }, noEngine, trouble],
  };
}

async function edit(session: Session, id: string, options: Options): Promise<number> {
  const { io } = session;
  const client = await openClient(session, options);
  const part: LetterPart = options.shaped === true ? "shaped" : "original";
  const json =
    options.body === undefined ? await inEditor(io, await client.get(id), part) : await given(io, options.body);
  if (json === undefined) {
    writeLine(io.stderr, "Nothing was changed.");
    return 0;
  }
  const letter = await client.edit(id, { part, body: parse(json), by: caller() });
  if (options.json === true) writeJson(io.stdout, letter);
  else writeLine(io.stderr, `Dead letter ${id} is edited.`);
  return 0;
}

/** The edited text; undefined when the editor left it as it was. */
async function inEditor(io: Io, letter: DeadLetter, part: LetterPart): Promise<string | undefined> {
  if (io.stdin.isTTY !== true) throw new SignalboxError("CLI_EDITOR_FAILED", "there is no terminal; give --body");
  const { original, shaped = original } = letter;
  const { body } = part === "original" ? original : shaped;
  const before = `${JSON.stringify(letter.edit?.part === part ? letter.edit.body : body, undefined, 2)}\n`;
  const after = await editText(io, before, "body.json");
  return after === before ? undefined : after;
}

async function given(io: Io, path: string): Promise<string> {
  try {
    return path === "-" ? await text(io.stdin) : await readFile(resolve(io.cwd, path), "utf8");
  } catch (error) {
    throw new SignalboxError("CLI_BODY_INVALID", `the body cannot be read: ${messageOf(error)}`);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new SignalboxError("CLI_BODY_INVALID", `the body is not JSON: ${messageOf(error)}`);
  }
}
