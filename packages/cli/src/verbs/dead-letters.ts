import { Command } from "commander";
import type { Session } from "../session.ts";
import { editVerb } from "./dead-letters/edit.ts";
import { listVerb } from "./dead-letters/list.ts";
import { purgeVerb } from "./dead-letters/purge.ts";
import { redriveVerb } from "./dead-letters/redrive.ts";
import { showVerb } from "./dead-letters/show.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

export function deadLettersVerb(session: Session): Verb {
  const command = new Command("dead-letters")
    .summary("work with messages that could not be forwarded")
    .description(
      "Lists, shows, edits, redrives and purges the dead letters of the engine that runs in this project. What changes " +
        "something is written to the engine's log, with the name of the user who asked for it.",
    );
  return {
    command,
    verbs: [listVerb(session), showVerb(session), editVerb(session), redriveVerb(session), purgeVerb(session)],
    examples: [
      { line: "signalbox dead-letters list --since 2h", says: "what died in the last two hours" },
      { line: "signalbox dead-letters redrive 4f0c1e2d3b5a69788796", says: "sends one message again" },
    ],
    exitCodes: [{ code: 0, when: "the letters are as asked" }, noEngine, trouble],
  };
}
