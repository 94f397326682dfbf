import { Command } from "commander";
import type { Session } from "../../session.ts";
import { caller } from "../dead-letters/client.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { changeAll, type ChangeOptions } from "./change.ts";
import { withFilters } from "./choose.ts";

export function cancelVerb(session: Session): Verb {
  const command = withFilters(new Command("cancel"), ["queued"])
    .summary("take waiting commands back")
    .description("Takes commands back that wait for their time, their turn or a retry. What was sent is not touched.")
    .argument("[keys...]", "keys of commands; or use filters")
    .option("--all", "every command that waits")
    .option("--yes", "do it, also when it is more than one")
    .option("--json", "print each command, or why it was refused, as a line of JSON")
    .action(async (keys: string[], _own: ChangeOptions, called: Command) => {
      session.finish(await cancel(session, { ...called.optsWithGlobals<ChangeOptions>(), keys }));
    });
  return {
    command,
    examples: [
      { line: "signalbox commands cancel 9f86d081884c7d65", says: "one" },
      { line: "signalbox commands cancel --pipeline night-setback --yes", says: "all of a pipeline that still wait" },
    ],
    exitCodes: [
      { code: 0, when: "all of them are cancelled" },
      { code: 1, when: "some did not wait any more" },
      noEngine,
      trouble,
    ],
  };
}

function cancel(session: Session, options: ChangeOptions): Promise<number> {
  const by = caller();
  return changeAll(session, options, {
    done: "cancelled",
    states: ["queued"],
    isYoungestFirst: options.keys.length === 0,
    ask: (client, key) => client.cancel(key, by),
  });
}
