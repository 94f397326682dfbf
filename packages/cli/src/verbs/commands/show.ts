import type { Command as DeviceCommand, CommandChange } from "@signalbox/core";
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
    .summary("show one command")
    .description("Shows everything that is known of a command: what it orders, and each change of its state.")
    .argument("<key>", "the command's key")
    .option("--json", "print it as JSON")
    .action(async (key: string, _own: Options, called: Command) => {
      session.finish(await show(session, key, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox commands show 9f86d081884c7d65", says: "for a person" },
      { line: "signalbox commands show 9f86d081884c7d65 --json | jq .state", says: "its state alone" },
    ],
    exitCodes: [{ code: 0, when: "the command is there" }, noEngine, trouble],
  };
}

async function show(session: Session, key: string, options: Options): Promise<number> {
  const { stdout } = session.io;
  const command = await (await openClient(session, options)).get(key);
  if (options.json === true) writeJson(stdout, command);
  else writeLine(stdout, describe(command).map(printable).join("\n"));
  return 0;
}

function describe(command: DeviceCommand): readonly string[] {
  return [
    ...columns(factsOf(command)),
    "",
    "payload:",
    ...(JSON.stringify(command.payload, undefined, 2) ?? "nothing").split("\n").map((line) => `  ${line}`),
    "",
    "history:",
    ...columns(command.history.map(rowOf)),
  ];
}

function factsOf(command: DeviceCommand): readonly (readonly string[])[] {
  const { confirm, onUnknown, supersedeKey } = command;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["key", command.key],
    ["state", command.state],
    ["device", command.device],
    ["connection", command.connection],
    ["pipeline", `${command.pipeline}, sink ${command.sink}`],
    ["message", command.message],
    ["time", command.at],
    ["attempts", `${command.attempts} of ${command.maxAttempts}`],
    ["not sent before", timeOf(command.dueAt)],
    ["not sent after", timeOf(command.expiresAt)],
    ["supersedes by", supersedeKey],
    ["without an answer", onUnknown],
    ["confirmed by", confirm?.expect],
    ["confirmed until", timeOf(command.confirmBy)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function rowOf({ at, state, attempt, by, supersededBy, detail }: CommandChange): readonly string[] {
  const who = by === undefined ? "" : `by ${by}. `;
  const newer = supersededBy === undefined ? "" : `by ${supersededBy}. `;
  return ["", at, state, attempt === 0 ? "" : `attempt ${attempt}`, `${who}${newer}${detail ?? ""}`.trim()];
}

function timeOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
