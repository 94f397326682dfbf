import { Command } from "commander";
import type { Session } from "../session.ts";
import { pauseVerb, resumeVerb, runNowVerb } from "./schedules/change.ts";
import { historyVerb } from "./schedules/history.ts";
import { listVerb } from "./schedules/list.ts";
import { previewVerb } from "./schedules/preview.ts";
import { showVerb } from "./schedules/show.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

export function schedulesVerb(session: Session): Verb {
  const command = new Command("schedules")
    .summary("work with schedules and their ticks")
    .description(
      "Lists schedules, shows what became of their ticks, runs one now, pauses and resumes; `preview` reads the files and " +
        "needs no engine. What changes something is written to the engine's log, with the name of the user who asked for it.",
    );
  const verbs = [listVerb, showVerb, previewVerb, historyVerb, runNowVerb, pauseVerb, resumeVerb];
  return {
    command,
    verbs: verbs.map((verb) => verb(session)),
    examples: [
      { line: "signalbox schedules preview night-setback --count 20", says: "when it is due, from the files alone" },
      { line: 'signalbox schedules pause night-setback --why "valves are serviced"', says: "until it is resumed" },
    ],
    exitCodes: [{ code: 0, when: "the schedules are as asked" }, noEngine, trouble],
  };
}
