import { Command } from "commander";
import type { Session } from "../../session.ts";
import { caller } from "../dead-letters/client.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { changeAll, type ChangeOptions } from "./change.ts";
import { withFilters } from "./choose.ts";

export function resendVerb(session: Session): Verb {
  const command = withFilters(new Command("resend"), ["unknown", "failed"])
    .summary("send unknown or failed commands again")
    .description(
      "Sends commands again whose end nobody knows, or whose attempts are spent: one more try each, under the same key. An " +
        "unknown one may have been carried out already; look at the device first.",
    )
    .argument("[keys...]", "keys of commands; or use filters")
    .option("--all", "every command that is unknown or failed")
    .option("--yes", "do it, also when it is more than one")
    .option("--json", "print each command, or why it was refused, as a line of JSON")
    .action(async (keys: string[], _own: ChangeOptions, called: Command) => {
      session.finish(await resend(session, { ...called.optsWithGlobals<ChangeOptions>(), keys }));
    });
  return {
    command,
    examples: [
      { line: "signalbox commands resend 9f86d081884c7d65", says: "one" },
      { line: "signalbox commands resend --state failed --since 2h --yes", says: "what failed in an outage" },
    ],
    exitCodes: [
      { code: 0, when: "all of them wait for their next try" },
      { code: 1, when: "some are in another state, or their time is over" },
      noEngine,
      trouble,
    ],
  };
}

function resend(session: Session, options: ChangeOptions): Promise<number> {
  const by = caller();
  return changeAll(session, options, {
    done: "queued again",
    states: ["unknown", "failed"],
    ask: (client, key) => client.resend(key, by),
  });
}
