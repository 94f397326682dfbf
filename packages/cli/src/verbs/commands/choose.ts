import {
  type Command as DeviceCommand,
  type CommandClient,
  type CommandListQuery,
  type CommandState,
  commandStates,
  SignalboxError,
} from "@signalbox/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { time } from "../dead-letters/choose.ts";

/** Options that choose commands. */
export interface Filters {
  readonly pipeline?: string;
  readonly device?: string;
  readonly message?: string;
  readonly state?: CommandState;
  readonly since?: string;
  readonly until?: string;
}

/** What cancel and resend are told. */
export interface Choice extends Filters {
  readonly keys: readonly string[];
  readonly all?: boolean;
  readonly yes?: boolean;
}

/** The command with the options that choose commands; `states` are those it is about. */
export function withFilters(command: Command, states: readonly CommandState[] = commandStates): Command {
  const state = new Option("--state <state>", `those in a state: ${states.join(", ")}`).argParser((text) => {
    const found = states.find((each) => each === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It is one of ${states.join(", ")}.`);
  });
  command.option("--pipeline <name>", "those of a pipeline").option("--device <id>", "those of a device");
  command.option("--message <id>", "those that a message or tick led to");
  if (states.length > 1) command.addOption(state);
  return command
    .option("--since <time>", "those from this time or later: 2h ago, or ISO 8601", time)
    .option("--until <time>", "those from before this time", time);
}

/** The filters as the engine takes them. */
export function queryOf(filters: Filters): Omit<CommandListQuery, "limit"> {
  const { pipeline, device, message, state, since, until } = filters;
  const all = { pipeline, device, message, state, since, until };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Fails with CLI_SELECTION_INVALID or CLI_CONFIRMATION_MISSING unless it is plain which commands are meant. */
export function checkChoice({ keys, all = false, yes = false, ...filters }: Choice): void {
  const isFiltered = Object.keys(queryOf(filters)).length > 0;
  const ways = [keys.length > 0, isFiltered, all].filter((given) => given).length;
  if (ways !== 1) {
    const message = ways === 0 ? "no commands are chosen" : "commands are chosen in more than one way";
    throw new SignalboxError("CLI_SELECTION_INVALID", message, { hint: "give keys, or filters, or --all" });
  }
  if (keys.length === 1 || yes) return;
  throw new SignalboxError("CLI_CONFIRMATION_MISSING", "more than one command may be meant", {
    hint: "look at them, then say --yes",
  });
}

/** The keys that are meant; of filters, those of commands in one of `states`, the oldest first. */
export async function chosen(
  client: CommandClient,
  { keys, ...filters }: Choice,
  states: readonly CommandState[],
): Promise<readonly string[]> {
  if (keys.length > 0) return keys;
  const found: string[] = [];
  for (const state of filters.state === undefined ? states : [filters.state]) {
    // Read to the end before anything changes: what leaves its state would move the pages.
    for await (const page of pages(client, { ...queryOf(filters), state, order: "oldest" })) {
      found.push(...page.map(({ key }) => key));
    }
  }
  return found;
}

/** Commands page by page, to the end. */
export async function* pages(
  client: CommandClient,
  query: Omit<CommandListQuery, "limit" | "after">,
): AsyncGenerator<readonly DeviceCommand[]> {
  for (let after: string | undefined; ;) {
    const page = await client.list({ ...query, limit: 500, ...(after === undefined ? {} : { after }) });
    if (page.commands.length > 0) yield page.commands;
    if (page.next === undefined) return;
    after = page.next;
  }
}
