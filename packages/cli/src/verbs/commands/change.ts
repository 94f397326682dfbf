import { type Command as DeviceCommand, type CommandClient, type CommandState, SignalboxError } from "@signalbox/core";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeLine } from "../../terminal/io.ts";
import { errorJson } from "../../terminal/print-error.ts";
import { printable } from "../../terminal/text.ts";
import { type Choice, checkChoice, chosen } from "./choose.ts";
import { openClient } from "./client.ts";

export interface ChangeOptions extends GlobalOptions, Choice {
  readonly json?: boolean;
}

/** What is asked of each command. */
export interface Change {
  /** What is done, in a sentence: `cancelled`. */
  readonly done: string;
  /** The states of the commands that filters may choose. */
  readonly states: readonly CommandState[];
  /** Of those that filters choose, the youngest first: where the oldest goes, the next of its device is let through. */
  readonly isYoungestFirst?: boolean;
  readonly ask: (client: CommandClient, key: string) => Promise<DeviceCommand>;
}

/** Asks it of the commands that are meant, one after the other; answers 1 when some could not be changed. */
export async function changeAll(session: Session, options: ChangeOptions, change: Change): Promise<number> {
  checkChoice(options);
  const { stdout, stderr } = session.io;
  const client = await openClient(session, options);
  let changed = 0;
  let refused = 0;
  const keys = await chosen(client, options, change.states);
  for (const key of change.isYoungestFirst === true ? keys.toReversed() : keys) {
    const answer = await change.ask(client, key).catch(asRefusal);
    const isRefused = answer instanceof SignalboxError;
    if (isRefused) refused += 1;
    else changed += 1;
    if (options.json === true) {
      writeLine(stdout, JSON.stringify(isRefused ? { key, ...errorJson(answer) } : answer));
    } else if (isRefused) writeLine(stderr, printable(`${key}  ${answer.code}  ${answer.message}`));
  }
  if (options.json !== true) writeLine(stdout, `${changed} ${changed === 1 ? "command" : "commands"} ${change.done}.`);
  return refused > 0 ? 1 : 0;
}

/** What concerns this command alone; anything else ends the call. */
function asRefusal(error: unknown): SignalboxError {
  if (error instanceof SignalboxError && error.code.startsWith("COMMAND_")) return error;
  throw error;
}
