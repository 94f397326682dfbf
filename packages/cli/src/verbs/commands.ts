import { Command } from "commander";
import type { Session } from "../session.ts";
import { cancelVerb } from "./commands/cancel.ts";
import { exportVerb } from "./commands/export.ts";
import { listVerb } from "./commands/list.ts";
import { resendVerb } from "./commands/resend.ts";
import { sendVerb } from "./commands/send.ts";
import { showVerb } from "./commands/show.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

export function commandsVerb(session: Session): Verb {
  const command = new Command("commands")
    .summary("work with commands to devices")
    .description(
      "Lists, shows, exports, cancels, sends again and sends the commands of the engine that runs in this project. What " +
        "changes something is recorded in the command's history, with the name of the user who asked for it.",
    );
  return {
    command,
    verbs: [
      listVerb(session),
      showVerb(session),
      exportVerb(session),
      cancelVerb(session),
      resendVerb(session),
      sendVerb(session),
    ],
    examples: [
      { line: "signalbox commands list --state unknown", says: "those a person has to look at" },
      { line: "signalbox commands show 9f86d081884c7d65", says: "what became of one, step by step" },
    ],
    exitCodes: [{ code: 0, when: "the commands are as asked" }, noEngine, trouble],
  };
}
